/** What many measured values come to. Percentiles are values that were measured, never in between. */

/** @param share 0.99 for p99. @returns NaN of nothing */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Each round's own ratio first, then their median: what changes between rounds cancels out. */
export function medianRatio(values: readonly number[], others: readonly number[]): number {
  const ratios = values.flatMap((value, round) => {
    const other = others[round];
    return other === undefined ? [] : [value / other];
  });
  return median(ratios);
}
