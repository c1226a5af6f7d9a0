import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLiveBoard } from '../../../cli/report/live.ts';
import { openPlainBoard } from '../../../cli/report/plain.ts';
import { expandColumns } from '../../../matrix/column.ts';
import { readMatrixFile } from '../../../runners/prepare.ts';
import { madeUpEvents } from './made-up-run.ts';
import { madeUpSeries } from './made-up-series.ts';
import { Phases } from './phases.ts';

/** Both boards hear every event of the run, as fast as they can. */
const [dir = '', patches = ''] = process.argv.slice(2);
const phases = new Phases();
const live = openLiveBoard();
const plain = openPlainBoard((line) => void process.stderr.write(`${line}\n`));
for (const row of madeUpEvents(madeUpSeries(Number(patches)), expandColumns(readMatrixFile(undefined)))) {
  phases.time('plain board', () => row.forEach((event) => plain.tell(event)));
  phases.time('live board', () => row.forEach((event) => live.tell(event)));
}
await live.close();
writeFileSync(join(dir, 'boards.json'), JSON.stringify(phases.all));
