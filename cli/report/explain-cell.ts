import { parseCellId } from '../../matrix/cell.ts';
import { patchTitle, type RunFacts, type StageSettled } from '../../matrix/journal/event.ts';
import { plainText } from './plain-text.ts';

/** The stages of one cell in order: verdict, how it was come by, and why that way. */
export function explainCellText(stages: readonly StageSettled[], run: RunFacts | undefined): string {
  const [first] = stages;
  const id = parseCellId(first?.cell ?? '');
  const title = run && id ? `: ${patchTitle(run, id.patch)}` : '';
  return plainText([`${first?.cell}${title}`, ...stages.flatMap(stageLines), ''].join('\n'));
}

function stageLines({ result, detail }: StageSettled): string[] {
  const { stage, verdict, basis, reason, from, log } = result;
  const how = from === null ? basis : `${basis}, resting on ${from}`;
  return [
    `  ${stage.padEnd(9)}  ${verdict.padEnd(5)}  ${how}`,
    ...(reason === null ? [] : [indent(reason)]),
    ...(detail.why === null ? [] : [indent(`${basis === 'ran' ? 'done because' : 'not done because'}: ${detail.why}`)]),
    ...(log === null ? [] : [indent(`log: ${log}`)]),
  ];
}

function indent(text: string): string {
  return `${' '.repeat(20)}${text}`;
}
