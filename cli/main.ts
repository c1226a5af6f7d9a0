#!/usr/bin/env node
import { main } from './program.ts';
import { keepHeapSmall } from './small-heap.ts';

keepHeapSmall();
process.exitCode = await main(process.argv.slice(2));
