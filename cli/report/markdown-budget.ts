/** Room for the sentence that owns up to the cut. */
const RESERVE = 200;

/** Joins as many lines as `limit` bytes hold; if that is not all, the last line says how much is missing and where it is. */
export function fitBytes(lines: readonly string[], limit: number): string {
  const whole = lines.join('\n');
  if (Buffer.byteLength(whole) <= limit) return whole;
  const kept: string[] = [];
  let left = limit - RESERVE;
  for (const line of lines) {
    left -= Buffer.byteLength(line) + 1;
    if (left < 0) break;
    kept.push(line);
  }
  const rest = lines.length - kept.length;
  return [
    ...kept,
    '',
    `**Cut here:** ${rest} more lines did not fit into ${limit} bytes; report.html and grid.json have all.`,
    '',
  ].join('\n');
}
