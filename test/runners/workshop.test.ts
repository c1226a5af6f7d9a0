import { expect, it } from 'vitest';
import { infraFailure } from '../../matrix/failure.ts';
import { closeWorkshop, type Workshop } from '../../runners/workshop.ts';

it('boxes are ended even where the store cannot be bounded: they would keep us from ending', async () => {
  const heard: string[] = [];
  const trim = (): Promise<void> => Promise.reject(infraFailure('no trim', 'a hint'));
  const close = (): Promise<void> => Promise.resolve(void heard.push('closed'));
  const workshop = { engine: { close }, launcher: { trim } } as unknown as Workshop;
  await closeWorkshop(workshop, (note) => heard.push(note));
  expect(heard).toEqual(['no trim; `kvm-matrix clean` removes what is left', 'closed']);
});
