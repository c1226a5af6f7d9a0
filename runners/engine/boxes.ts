import { WardenBox, type BoxSettings } from './boxed.ts';
import type { Engine } from './engine.ts';

/** An engine of boxes with wardens: one for each O=, kept until the end, for a container takes longer to start than a make that has nothing to do. */
export function openBoxes(settings: Omit<BoxSettings, 'onCpu'>): Engine {
  const open = new Map<string, WardenBox>();
  const closing: Promise<void>[] = [];
  let cpu = 0;
  const onCpu = (seconds: number): void => void (cpu += seconds);
  const { driver } = settings;
  return {
    facts: driver.facts,
    contains: true,
    open: (place) => {
      const known = open.get(place.build);
      if (known?.sees(place)) return known;
      if (known) closing.push(known.close());
      const box = new WardenBox(place, { ...settings, onCpu });
      open.set(place.build, box);
      return box;
    },
    imageDigest: (image) => driver.imageDigest(image),
    cpuSeconds: () => Math.round(cpu * 100) / 100,
    close: async () => {
      await Promise.all([...closing, ...[...open.values()].map((box) => box.close())]);
      await driver.sweep();
    },
  };
}
