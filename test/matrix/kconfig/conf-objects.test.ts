import { expect, it } from 'vitest';
import { confObjects } from '../../../matrix/kconfig/conf-objects.ts';

const OBJECTS = 'scripts/kconfig/conf.o scripts/kconfig/lexer.lex.o';
const COMMAND = `gcc   -o scripts/kconfig/conf ${OBJECTS}`;

it.each([
  `savedcmd_scripts/kconfig/conf := ${COMMAND}   \n`,
  `savedcmd_scripts/kconfig/conf := clang-19   ${COMMAND.slice(6)}\n`,
  `cmd_scripts/kconfig/conf := ${COMMAND}\n`,
])('conf is made of its objects: %s', (record) => expect(confObjects(record)).toEqual(OBJECTS.split(' ')));

it.each([
  ['there is no record', ''],
  ['another compiler links', `savedcmd_scripts/kconfig/conf := tcc -o scripts/kconfig/conf ${OBJECTS}\n`],
  ['there are libraries', `savedcmd_scripts/kconfig/conf := ${COMMAND} -lncurses\n`],
  ['there are flags', `savedcmd_scripts/kconfig/conf := gcc -static -o scripts/kconfig/conf ${OBJECTS}\n`],
  ['there are other objects', `savedcmd_scripts/kconfig/conf := ${COMMAND} /tmp/x.o\n`],
  ['it has none', 'savedcmd_scripts/kconfig/conf := gcc   -o scripts/kconfig/conf \n'],
])('nobody knows where %s', (_what, record) => expect(confObjects(record)).toBeNull());
