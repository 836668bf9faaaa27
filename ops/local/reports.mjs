/** Reads from the report of a test runner how many tests passed, failed and were skipped. */

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @param {readonly Counts[]} all */
export function sum(all) {
  return all.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/**
 * @param {boolean} isOk whether the lane ended with 0
 * @returns {Counts} for a lane that is one check
 */
export function oneCheck(isOk) {
  return { passed: isOk ? 1 : 0, failed: isOk ? 0 : 1, skipped: 0 };
}

/**
 * A runner that fails without a failed test (a file that does not load, a report that was never
 * written) counts as one failure: a lane that is red must not look green in the sum.
 *
 * @param {'vitest' | 'playwright'} kind
 * @param {string | undefined} report JSON, as the runner wrote it
 * @param {boolean} isOk whether the runner ended with 0
 * @returns {Counts}
 */
export function countsOf(kind, report, isOk) {
  const counts = report === undefined ? oneCheck(false) : READERS[kind](fieldsOf(report));
  return isOk || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

const READERS = {
  /** @param {Record<string, unknown>} fields */
  vitest: (fields) => ({
    passed: numberIn(fields, 'numPassedTests'),
    failed: numberIn(fields, 'numFailedTests'),
    skipped: numberIn(fields, 'numPendingTests') + numberIn(fields, 'numTodoTests'),
  }),
  /** @param {Record<string, unknown>} fields */
  playwright: ({ stats }) => {
    const fields = { .../** @type {Record<string, unknown>} */ (stats) };
    return {
      passed: numberIn(fields, 'expected'),
      failed: numberIn(fields, 'unexpected'),
      skipped: numberIn(fields, 'skipped'),
    };
  },
};

/**
 * @param {'vitest' | 'playwright'} kind
 * @param {string} report JSON, as the runner wrote it
 * @returns {readonly string[]} the files with a failed test, or that did not load
 */
export function failedFiles(kind, report) {
  const { testResults, suites } = fieldsOf(report);
  return kind === 'vitest'
    ? namesWhere(testResults, 'name', ({ status }) => status === 'failed')
    : namesWhere(suites, 'file', hasFailedSpec);
}

/**
 * @param {unknown} list
 * @param {string} name
 * @param {(fields: Record<string, unknown>) => boolean} isMeant
 */
function namesWhere(list, name, isMeant) {
  if (!Array.isArray(list)) throw new Error('a report without files');
  const all = /** @type {readonly Record<string, unknown>[]} */ (list);
  return all.filter(isMeant).map((fields) => String(fields[name]));
}

/**
 * @param {Record<string, unknown>} suite a file, or a group of tests in one
 * @returns {boolean}
 */
function hasFailedSpec({ specs = [], suites = [] }) {
  const failed = namesWhere(specs, 'title', ({ ok }) => ok === false);
  return failed.length > 0 || namesWhere(suites, 'title', hasFailedSpec).length > 0;
}

/**
 * @param {string} json
 * @returns {Record<string, unknown>}
 */
function fieldsOf(json) {
  /** @type {unknown} */
  const parsed = JSON.parse(json);
  return { .../** @type {Record<string, unknown>} */ (parsed) };
}

/**
 * @param {Record<string, unknown>} fields
 * @param {string} name
 */
function numberIn(fields, name) {
  const value = fields[name];
  if (typeof value === 'number') return value;
  throw new Error(`a report without ${name}`);
}
