/** Puts the parts of authentication together; nothing is open before the database is started. */
import type { Clock } from '@dashboard/runtime/clock';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import type { GatewayConfig } from '../config.ts';
import { LOOK_ELSEWHERE_EVERY_MS, SWEEP_EVERY_MS } from '../limits.ts';
import { AuthDatabase } from './auth-database.ts';
import { Invitations } from './invitations.ts';
import { KeyringFile } from './keyring-file.ts';
import { Keyring } from './keyring.ts';
import { isStorageFailure, Logins } from './logins.ts';
import { Passkeys } from './passkeys.ts';
import { Passwords } from './passwords.ts';
import { Proofs } from './proofs.ts';
import { SecondFactors } from './second-factors.ts';
import { SetupToken } from './setup-token.ts';
import { Throttle } from './throttle.ts';
import { Tickets } from './tickets.ts';
import { Tokens } from './tokens.ts';
import { Users } from './users.ts';

export interface Auth {
  readonly database: AuthDatabase;
  readonly users: Users;
  readonly logins: Logins;
  readonly passwords: Passwords;
  readonly factors: SecondFactors;
  readonly passkeys: Passkeys;
  readonly invitations: Invitations;
  readonly proofs: Proofs;
  readonly keyring: Keyring;
  readonly tokens: Tokens;
  readonly tickets: Tickets;
  readonly throttle: Throttle;
  readonly setupToken: SetupToken;
  /** Milliseconds since the epoch; undefined where the keys come from no file. */
  readonly signingKeyMadeAtMs: () => Promise<number | undefined>;
  /** Look after logins and keys. The database is to be open before them, and before anybody is served. */
  readonly watchers: readonly Part[];
}

export interface AuthOptions {
  readonly config: Pick<GatewayConfig, 'databasePath' | 'jwt'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Prints the setup token where only the operator reads. */
  readonly announceSetup: (token: string) => void;
}

export function createAuth(options: AuthOptions): Auth {
  const { config, clock, logger, announceSetup } = options;
  const { keys, file, ttlMs } = config.jwt;
  const database = new AuthDatabase(config.databasePath);
  const users = new Users(database, clock);
  const logins = new Logins(database, clock);
  const keyring = new Keyring(keys);
  const keyringFile =
    file === undefined ? undefined : new KeyringFile({ path: file, keyring, clock, logger });
  const factors = new SecondFactors({ database, keyring, clock, logger });
  const setupToken = new SetupToken({
    clock,
    isNeeded: () => users.count === 0,
    announce: announceSetup,
  });
  return {
    database,
    users,
    logins,
    passwords: new Passwords(),
    factors,
    passkeys: new Passkeys(database, clock),
    invitations: new Invitations(database, clock),
    proofs: new Proofs(database, clock),
    keyring,
    tokens: new Tokens({ keyring, clock, ttlMs }),
    tickets: new Tickets(clock, keyring),
    throttle: new Throttle(clock),
    setupToken,
    signingKeyMadeAtMs: async () => await keyringFile?.madeAtMs(),
    watchers: [
      regular(sweeping(logins), options),
      regular(lookingElsewhere(database, logins), options),
      sealer({ factors, keyring, logger }),
      ...(keyringFile ? [keyringFile] : []),
    ],
  };
}

interface Regular {
  readonly name: string;
  readonly everyMs: number;
  readonly whatFails: string;
  readonly work: () => void;
}

function sweeping(logins: Logins): Regular {
  return {
    name: 'login sweeper',
    everyMs: SWEEP_EVERY_MS,
    whatFails: 'logins that have run out are not forgotten',
    work: () => logins.sweep(),
  };
}

/** While another gateway serves the same database, what is ended there ends here. */
function lookingElsewhere(database: AuthDatabase, logins: Logins): Regular {
  return {
    name: 'other gateways',
    everyMs: LOOK_ELSEWHERE_EVERY_MS,
    whatFails: 'what other gateways do to logins is not seen',
    work: () => {
      if (database.hasChangedElsewhere()) logins.lookElsewhere();
    },
  };
}

/** Sealed secrets follow the keys. What cannot be written now can be at the next change or start. */
function sealer({
  factors,
  keyring,
  logger,
}: {
  factors: SecondFactors;
  keyring: Keyring;
  logger: Logger;
}): Part {
  const sealAnew = (): void => {
    try {
      factors.sealAnew();
    } catch (err) {
      if (!isStorageFailure(err)) throw err;
      logger.warn({ err }, 'second factors stay sealed with a key of before');
    }
  };
  let stopListening = (): void => undefined;
  return {
    name: 'sealed secrets',
    start: async () => {
      sealAnew();
      stopListening = keyring.onReplaced(sealAnew);
    },
    stop: async () => stopListening(),
  };
}

/** Does `work` at its start and then again and again. What the disk refuses now works the next time. */
function regular(
  { name, everyMs, whatFails, work }: Regular,
  { clock, logger }: Pick<AuthOptions, 'clock' | 'logger'>,
): Part {
  let stop: (() => void) | undefined;
  const quietly = (): void => {
    try {
      work();
    } catch (err) {
      if (!isStorageFailure(err)) throw err;
      logger.warn({ err }, whatFails);
    }
  };
  return {
    name,
    start: async () => {
      quietly();
      stop = clock.every(everyMs, quietly);
    },
    stop: async () => stop?.(),
  };
}
