import { simulateHalf } from './testing/simulation.ts';

simulateHalf(0);
