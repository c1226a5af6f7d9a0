import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeFrame, FrameReader, parseTold } from '../../../runners/engine/frames.ts';

it('frames come out as they went in, whatever pieces they arrive in', () => {
  const frames = fc.array(fc.tuple(fc.constantFrom('O', 'E', 'X'), fc.uint8Array({ maxLength: 40 })));
  fc.assert(
    fc.property(frames, fc.integer({ min: 1, max: 20 }), (sent, size) => {
      const bytes = Buffer.concat(sent.map(([kind, content]) => encodeFrame(kind, content)));
      const reader = new FrameReader();
      const got: [string, Buffer][] = [];
      for (let at = 0; at < bytes.length; at += size)
        for (const { kind, content } of reader.read(bytes.subarray(at, at + size)))
          got.push([kind, Buffer.from(content)]);
      expect(got).toEqual(sent.map(([kind, content]) => [kind, Buffer.from(content)]));
    }),
  );
});

it('the end of a job is read as the warden writes it', () => {
  expect(parseTold('signal 9 12.345 2 1 0')).toEqual({
    how: 'signal',
    number: 9,
    cpuSeconds: 12.345,
    left: 2,
    outOfMemory: 1,
    outOfPids: 0,
  });
});
