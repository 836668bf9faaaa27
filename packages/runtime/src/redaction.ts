/**
 * What no log line holds. By name: a field that is called like a secret loses its value, however
 * deep it lies. By form: what looks like a secret goes, in whatever text it stands. And nothing that
 * could act on the terminal of whoever reads the log, or begin a line of its own, is left in one.
 */

const CENSORED = '[redacted]';

/** As compared: in small letters, without `-` and `_`. A `code` names an error here and stays. */
const SECRET_NAMES: ReadonlySet<string> = new Set(
  `authorization proxyauthorization cookie cookies setcookie secwebsocketprotocol
  password passwordhash passphrase newpassword currentpassword secret secrets clientsecret
  token accesstoken refreshtoken idtoken setuptoken csrftoken ticket tickets
  key apikey privatekey signingkey masterkey p256dh
  otp totp totpcode recoverycode recoverycodes verifier codeverifier
  credential credentials`.split(/\s+/),
);

/** Past it a value is left out: nothing that is logged on purpose is as deep. */
const DEPTH_MAX = 8;

/**
 * What keeps its form outside of any field: in a message, a stack, an address. None begins at the edge
 * of a word: before one may stand the `n` of a line feed that JSON has escaped.
 */
const SECRET_FORMS = [
  String.raw`(?<=(?:Bearer|Basic)\s)[\w.~+/=-]{12,}`,
  // A JWT, an API key of the model, a ticket among the subprotocols that a browser offers.
  String.raw`eyJ[\w-]{10,}\.[\w-]{5,}\.[\w-]*`,
  String.raw`sk-ant-[\w-]{8,}`,
  String.raw`(?<=ticket\.)[\w-]{20,}`,
  // Values of a query, which an address in a message may carry.
  String.raw`(?<=[?&](?:access_token|token|ticket|code|key|secret|password)=)[^&\s"\\]+`,
];
const SECRET_FORM = new RegExp(SECRET_FORMS.join('|'), 'gi');

/** A field as JSON writes it: pino makes the bindings of a child itself, past every formatter. */
const TEXT_FIELD = /"([\w-]{2,40})":"(?:[^"\\]|\\.)*"/g;

/**
 * JSON escapes what is below space, CR, LF and ESC among it. It leaves DEL and the C1 controls, whose
 * 0x9b begins a command as ESC [ does, the separators of lines, and what turns the direction of text.
 */
const UNSAFE = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A copy in which every field that is named like a secret has lost its value. */
export function withoutSecrets(fields: object): Record<string, unknown> {
  return copyFields(fields, 0);
}

/** @param line one JSON object with its line feed; what comes back is still one */
export function lineWithoutSecrets(line: string): string {
  return line
    .replace(TEXT_FIELD, (field, name: string) =>
      isSecret(name) ? `"${name}":"${CENSORED}"` : field,
    )
    .replace(SECRET_FORM, CENSORED)
    .replace(UNSAFE, escaped);
}

/** As JSON writes it. */
export function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function copyFields(fields: object, depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    copy[name] = isSecret(name) ? CENSORED : copyValue(value, { name, depth });
  }
  return copy;
}

function copyValue(value: unknown, at: { name: string; depth: number }): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (at.depth === 0 && isSerialized(at.name, value)) return value;
  if ('toJSON' in value) return value;
  const depth = at.depth + 1;
  if (depth > DEPTH_MAX) return '[deeper]';
  if (Array.isArray(value)) return value.map((each) => copyValue(each, { name: '', depth }));
  return copyFields(value, depth);
}

/** Serializers make lines of these, of which the one of errors comes back here. */
function isSerialized(name: string, value: object): boolean {
  if (name === 'err') return value instanceof Error;
  const isPlain = Object.getPrototypeOf(value) === Object.prototype;
  return (name === 'req' || name === 'res') && !isPlain;
}

function isSecret(name: string): boolean {
  return SECRET_NAMES.has(name.toLowerCase().replace(/[-_]/g, ''));
}
