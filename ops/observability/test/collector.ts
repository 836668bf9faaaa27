/** What Alloy is told to do with a line, as far as a test can tell without Alloy. */

export interface Collector {
  /** `kind.label` of each component. */
  readonly components: readonly string[];
  /** Components that another is told to read from or write to. */
  readonly named: readonly string[];
  /** Fields of a line that are looked at. */
  readonly extracted: readonly string[];
  readonly labels: readonly string[];
  /** Whose lines are kept. */
  readonly services: readonly string[];
  /** The field that says when. */
  readonly timeFrom: string;
  /** Where lines go. */
  readonly url: string;
}

export function collectorIn(config: string): Collector {
  const text = config.replaceAll(/^\s*\/\/.*$/gm, '');
  const wants = (pattern: RegExp): string => {
    const [, found] = pattern.exec(text) ?? [];
    if (found === undefined) throw new Error(`config.alloy has no ${pattern.source} any more`);
    return found;
  };
  const names = (block: string): readonly string[] =>
    [...block.matchAll(/(\w+)\s*=/g)].map(([, name = '']) => name);
  return {
    components: [...text.matchAll(/^([a-z._]+) "(\w+)" \{/gm)].map(
      ([, kind = '', label = '']) => `${kind}.${label}`,
    ),
    named: [...text.matchAll(/\b([a-z_]+(?:\.[a-z_]+)+\.\w+)\.(?:receiver|targets)\b/g)].map(
      ([, name = '']) => name,
    ),
    extracted: names(wants(/stage\.json \{\s*expressions = \{([^}]*)\}/)),
    labels: names(wants(/stage\.labels \{\s*values = \{([^}]*)\}/)),
    services: wants(/selector = "\{service!~\\"([^"\\]*)\\"\}"/).split('|'),
    timeFrom: wants(/stage\.timestamp \{\s*source = "(\w+)"/),
    url: wants(/url = "([^"]+)"/),
  };
}
