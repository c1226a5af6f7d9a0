import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePoint } from '../../../matrix/logs/ktap.ts';
import { anyBytes, nearly } from '../../support/any-text.ts';

describe('a test point', () => {
  it('has a status, a number and a name', () => {
    expect(parsePoint('ok 12 kvm.guest-runs')).toEqual({
      name: 'kvm.guest-runs',
      number: 12,
      status: 'ok',
      detail: '',
    });
  });

  it('says why it failed', () => {
    expect(parsePoint('not ok 60 vfio.kvm-unload-after # delete_module kvm: EAGAIN')).toEqual({
      name: 'vfio.kvm-unload-after',
      number: 60,
      status: 'not ok',
      detail: 'delete_module kvm: EAGAIN',
    });
  });

  it('says why it was skipped, the word SKIP taken off', () => {
    expect(parsePoint('ok 63 vfio.unload.irqbypass # SKIP still needed')).toMatchObject({
      status: 'skip',
      detail: 'still needed',
    });
    expect(parsePoint('ok 63 vfio.unload.irqbypass # skip')).toMatchObject({ status: 'skip', detail: '' });
  });

  it('that failed is a failure, even if it says SKIP', () => {
    expect(parsePoint('not ok 1 kvm.load # SKIP me')).toMatchObject({ status: 'not ok', detail: 'SKIP me' });
  });

  it('whose detail only begins like SKIP passed', () => {
    expect(parsePoint('ok 1 kvm.load # skipper')).toMatchObject({ status: 'ok', detail: 'skipper' });
  });

  it('may have a dash before its name, as in TAP, and blanks at its end', () => {
    expect(parsePoint('ok 1 - kvm.load  ')).toMatchObject({ name: 'kvm.load', status: 'ok' });
  });

  it.each([
    '',
    'ok',
    'ok then',
    'ok 1',
    'not ok',
    'okay 1 kvm.load',
    ' ok 1 kvm.load',
    'ok 1 kvm load',
    'ok 1 Kvm.load',
    'ok -1 kvm.load',
    'OK 1 kvm.load',
    '# ok 1 kvm.load',
    '1..67',
    'ok 1 kvm.load\nok 2 x',
  ])('"%s" is none', (line) => {
    expect(parsePoint(line)).toBeNull();
  });
});

it('what the probe writes is read back', () => {
  const name = fc.stringMatching(/^(boot|kvm|vfio)\.[a-z0-9][a-z0-9.-]{0,10}$/);
  const detail = fc.stringMatching(/^[A-Za-z][ -~]{0,20}[a-z]$/).filter((text) => !/^skip\b/i.test(text));
  fc.assert(
    fc.property(fc.boolean(), fc.nat(999), name, detail, (passed, number, point, why) => {
      const status = passed ? 'ok' : 'not ok';
      expect(parsePoint(`${status} ${number} ${point} # ${why}`)).toEqual({ name: point, number, status, detail: why });
    }),
  );
});

it('any line can be read', () => {
  fc.assert(
    fc.property(fc.oneof(anyBytes, nearly('ok ', 'not ok ', '1 ', 'kvm.load', '# ', 'SKIP')), (line) => {
      parsePoint(line);
    }),
  );
});
