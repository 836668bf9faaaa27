/** What compose.yml mounts into the programs that read this folder. */
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { COMPOSE, read } from './places.ts';

const Compose = Type.Object({
  services: Type.Record(
    Type.String(),
    Type.Object({
      profiles: Type.Optional(Type.Array(Type.String())),
      volumes: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Object({})]))),
    }),
  ),
});

interface Mount {
  readonly service: string;
  /** Absolute. */
  readonly source: string;
  readonly target: string;
}

export const SERVICES = Value.Parse(Compose, parse(read(COMPOSE), { merge: true })).services;

/** Files of this repository, not volumes nor files of the machine. */
export const MOUNTS: readonly Mount[] = Object.entries(SERVICES)
  .filter(([, { profiles = [] }]) => profiles.includes('observability'))
  .flatMap(([service, { volumes = [] }]) =>
    volumes
      .filter((volume) => typeof volume === 'string')
      .filter((volume) => volume.startsWith('./'))
      .map((volume) => {
        const [source = '', target = ''] = volume.split(':');
        return { service, source: join(COMPOSE, '..', source), target };
      }),
  );
