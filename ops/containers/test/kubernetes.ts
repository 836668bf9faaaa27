/** What kustomize makes of ops/kubernetes: the objects that a cluster would be given. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

export const ROOT = join(import.meta.dirname, '../../..');

/** As much of an object as is looked at here; kubernetes-models knows the whole. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: Readonly<Record<string, unknown>>;
}

interface SecurityContext {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  readonly seccompProfile?: { readonly type: string };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly unknown[];
  readonly resources?: { readonly requests?: object; readonly limits?: object };
  readonly securityContext?: SecurityContext;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly securityContext?: SecurityContext;
  readonly automountServiceAccountToken?: boolean;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
}

const BUILDERS = [
  ['kubectl', 'kustomize'],
  ['kustomize', 'build'],
] as const;

/** The program that is here, or undefined. */
export function findKustomize(): readonly string[] | undefined {
  return BUILDERS.find(([program, verb]) => {
    try {
      execFileSync(program, [verb, '--help'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

export function build(
  overlay: string,
  [program = '', verb = '']: readonly string[],
): KubernetesObject[] {
  const text = execFileSync(program, [verb, join(ROOT, 'ops/kubernetes', overlay)], {
    encoding: 'utf8',
  });
  // Made by kustomize; what is in them the tests ask.
  return parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
}

/** Of everything that makes pods. */
export function podsOf(objects: readonly KubernetesObject[]): { name: string; pod: PodSpec }[] {
  interface Template {
    readonly template?: { readonly spec: PodSpec };
    readonly jobTemplate?: { readonly spec: Template };
  }
  return objects.flatMap(({ kind, metadata, spec }) => {
    const outer = spec as Template | undefined;
    const pod = (outer?.template ?? outer?.jobTemplate?.spec.template)?.spec;
    return pod === undefined || !Array.isArray(pod.containers)
      ? []
      : [{ name: `${kind}/${metadata.name}`, pod }];
  });
}

/** What a volume may be where pods are restricted. */
const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** Everything that the standard "restricted" of Pod Security forbids, in words. */
export function unrestricted(pod: PodSpec): string[] {
  const { containers, initContainers = [], volumes = [], securityContext = {} } = pod;
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter(
    (name) => pod[name] === true,
  );
  const mounted = volumes.filter(({ name: _name, ...volume }) =>
    Object.keys(volume).some((kind) => !VOLUMES.includes(kind)),
  );
  return [
    ...shared,
    ...mounted.map(({ name }) => `volume ${String(name)}`),
    ...[...containers, ...initContainers].flatMap((each) => forbiddenOf(each, securityContext)),
  ];
}

/** What a container may not, and in which case it does. `context` is what it has of its pod. */
const FORBIDDEN: Readonly<Record<string, (context: SecurityContext) => boolean>> = {
  privileged: ({ privileged }) => privileged === true,
  'may escalate': ({ allowPrivilegeEscalation }) => allowPrivilegeEscalation !== false,
  root: ({ runAsNonRoot, runAsUser }) => runAsNonRoot !== true || runAsUser === 0,
  capabilities: ({ capabilities }) => capabilities?.drop?.includes('ALL') !== true,
  'more capabilities': ({ capabilities }) =>
    (capabilities?.add ?? []).some((name) => name !== 'NET_BIND_SERVICE'),
  seccomp: ({ seccompProfile }) =>
    !['RuntimeDefault', 'Localhost'].includes(seccompProfile?.type ?? ''),
};

function forbiddenOf({ name, securityContext }: Container, ofPod: SecurityContext): string[] {
  const context = { ...ofPod, ...securityContext };
  const found = Object.entries(FORBIDDEN).filter(([, isSo]) => isSo(context));
  return found.map(([what]) => `${name}: ${what}`);
}
