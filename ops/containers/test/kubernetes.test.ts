/** Manifests of Kubernetes, as kustomize builds them: known to the last field, restricted, and closed to the network. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apps, batch, networkingK8sIo, policy, v1 } from 'kubernetes-models';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import {
  build,
  findKustomize,
  podsOf,
  ROOT,
  unrestricted,
  type KubernetesObject,
  type PodSpec,
} from './kubernetes.ts';

interface Model {
  validate(): void;
}
const MODELS: Readonly<Record<string, [module: string, known: Readonly<Record<string, unknown>>]>> =
  {
    v1: ['kubernetes-models/v1', v1],
    'apps/v1': ['kubernetes-models/apps/v1', apps.v1],
    'batch/v1': ['kubernetes-models/batch/v1', batch.v1],
    'networking.k8s.io/v1': ['kubernetes-models/networking.k8s.io/v1', networkingK8sIo.v1],
    'policy/v1': ['kubernetes-models/policy/v1', policy.v1],
  };
/** Of operators that a cluster may have; their schemas come with them. */
const OF_OPERATORS = ['monitoring.coreos.com/v1', 'external-secrets.io/v1'];
const TYPES_TIMEOUT_MS = 60_000;

const kustomize = findKustomize();
if (kustomize === undefined)
  process.stdout.write('SKIPPED: neither kubectl nor kustomize is here\n');

describe.skipIf(kustomize === undefined).each(['overlays/staging', 'overlays/production'])(
  '%s',
  (overlay) => {
    const objects = kustomize === undefined ? [] : build(overlay, kustomize);
    const named = (kind: string, name: string): KubernetesObject | undefined =>
      objects.find((each) => each.kind === kind && each.metadata.name === name);

    test(
      'every object is what its schema says, with no field that is not in it',
      { timeout: TYPES_TIMEOUT_MS },
      () => {
        for (const object of objects) {
          if (OF_OPERATORS.includes(object.apiVersion)) continue;
          const [, known] = MODELS[object.apiVersion] ?? expect.unreachable(object.apiVersion);
          const Known = known[object.kind] as new (object: KubernetesObject) => Model;
          expect(
            () => new Known(object).validate(),
            `${object.kind}/${object.metadata.name}`,
          ).not.toThrow();
        }
        expect(unknownFields(objects)).toEqual([]);
        const worker = named('StatefulSet', 'worker');
        const wrong = { ...worker, spec: { ...worker?.spec, replicaz: 1 } } as KubernetesObject;
        expect(unknownFields([wrong]).join()).toContain('replicaz');
      },
    );

    test('every pod is restricted, and reads only what it was given', () => {
      const pods = podsOf(objects);
      expect(pods.map(({ name }) => name).toSorted()).toEqual([
        ...[
          'CronJob/backup-gateway',
          'CronJob/backup-worker',
          'Deployment/gateway',
          'StatefulSet/worker',
        ],
      ]);
      for (const { name, pod } of pods) {
        expect(unrestricted(pod), name).toEqual([]);
        expect(pod.automountServiceAccountToken, name).toBe(false);
        for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
          expect(container.securityContext, name).toMatchObject({ readOnlyRootFilesystem: true });
          expect(container.image, name).toMatch(/:\d+\.\d+\.\d+|@sha256:/);
          expect(container.resources, name).toMatchObject({ requests: {}, limits: {} });
        }
      }
      const [namespace] = objects.filter(({ kind }) => kind === 'Namespace');
      expect(namespace?.metadata).toMatchObject({
        labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
      });
      expect(
        new Set(
          objects.map(({ kind, metadata }) =>
            kind === 'Namespace' ? metadata.name : metadata.namespace,
          ),
        ).size,
      ).toBe(1);
    });

    test('variables are ones that the daemons read, and none is a secret', () => {
      const known = new Set(
        [
          ...readFileSync(join(ROOT, '.env.example'), 'utf8').matchAll(/^(?:# )?([A-Z0-9_]+)=/gm),
        ].map(([, name]) => name),
      );
      const env = podsOf(objects).flatMap(({ pod }) =>
        pod.containers.flatMap((each) => each.env ?? []),
      );
      const names = env.map(({ name }) => name).filter((name) => name !== 'TMPDIR');
      expect(names.filter((name) => !known.has(name))).toEqual([]);
      expect(
        names.filter((name) => /SECRET|PASS|TOKEN|KEY/.test(name) && !name.endsWith('_FILE')),
      ).toEqual([]);
    });

    test('nothing reaches the worker, and only the edge and Prometheus the gateway', () => {
      const policies = objects
        .filter(({ kind }) => kind === 'NetworkPolicy')
        .map(({ spec }) => spec as unknown as Policy);
      expect(policies).toContainEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
      const letIn = policies.filter(({ ingress }) => ingress !== undefined);
      expect(letIn.map(({ podSelector }) => podSelector.matchLabels)).toEqual(
        letIn.map(() => ({ 'app.kubernetes.io/name': 'gateway' })),
      );
      const from = letIn.flatMap(({ ingress = [] }) => ingress.flatMap((rule) => rule.from));
      expect(
        from
          .map((peer) => peer.namespaceSelector.matchLabels['kubernetes.io/metadata.name'])
          .toSorted(),
      ).toEqual(['ingress-nginx', 'monitoring']);
      const worker = podsOf(objects).find(({ name }) => name === 'StatefulSet/worker')?.pod;
      expect(worker?.containers.flatMap(({ ports = [] }) => ports)).toEqual([]);
      expect(named('Service', 'worker')?.spec).not.toHaveProperty('ports');
      const out = policies.flatMap(({ egress = [] }) =>
        egress.flatMap(({ to }) => to.flatMap(({ ipBlock }) => ipBlock ?? [])),
      );
      for (const { cidr, except } of out.filter((block) => block.cidr === '0.0.0.0/0')) {
        expect(except, cidr).toEqual(expect.arrayContaining(['169.254.0.0/16', '10.0.0.0/8']));
      }
    });

    test('a rollout never leaves nobody, and no rollout or drain ends sessions by itself', () => {
      expect(named('Deployment', 'gateway')?.spec).toMatchObject({
        strategy: { rollingUpdate: { maxUnavailable: 0 } },
      });
      expect(named('StatefulSet', 'worker')?.spec).toMatchObject({
        replicas: 1,
        updateStrategy: { type: 'OnDelete' },
      });
      expect(named('PodDisruptionBudget', 'worker')?.spec).toMatchObject({ maxUnavailable: 0 });
    });
  },
);

test('what is not restricted is found', () => {
  const fine = {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
  const pod = (securityContext: object, more: Partial<PodSpec> = {}): PodSpec => ({
    containers: [{ name: 'c', image: 'i', securityContext: { ...fine, ...securityContext } }],
    ...more,
  });
  expect(unrestricted(pod({}))).toEqual([]);
  expect(unrestricted(pod({ runAsUser: 0 }))).toEqual(['c: root']);
  expect(unrestricted(pod({ capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } }))).toEqual([
    'c: more capabilities',
  ]);
  expect(unrestricted(pod({ seccompProfile: { type: 'Unconfined' }, privileged: true }))).toEqual([
    'c: privileged',
    'c: seccomp',
  ]);
  expect(
    unrestricted(pod({}, { hostPID: true, volumes: [{ name: 'v', hostPath: { path: '/' } }] })),
  ).toEqual(['hostPID', 'volume v']);
});

interface Policy {
  readonly podSelector: { readonly matchLabels?: object };
  readonly ingress?: readonly {
    readonly from: readonly {
      readonly namespaceSelector: { readonly matchLabels: Record<string, string> };
    }[];
  }[];
  readonly egress?: readonly {
    readonly to: readonly {
      readonly ipBlock?: { readonly cidr: string; readonly except: string[] };
    }[];
  }[];
}

/** The compiler refuses a literal with a field that its type does not have, however deep. */
function unknownFields(objects: readonly KubernetesObject[]): string[] {
  const known = objects.filter(({ apiVersion }) => !OF_OPERATORS.includes(apiVersion));
  const lines = known.map((object, index) => {
    const [module = ''] = MODELS[object.apiVersion] ?? [];
    return `import type { I${object.kind} as T${index} } from '${module}'; export const o${index}: T${index} = ${JSON.stringify(object)};`;
  });
  const path = join(import.meta.dirname, 'manifests.ts');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => name === path || fileExists(name);
  host.readFile = (name) => (name === path ? lines.join('\n') : readFile(name));
  host.getSourceFile = (name, ...rest) =>
    name === path
      ? ts.createSourceFile(name, lines.join('\n'), ts.ScriptTarget.ES2023)
      : getSourceFile(name, ...rest);
  const program = ts.createProgram([path], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}
