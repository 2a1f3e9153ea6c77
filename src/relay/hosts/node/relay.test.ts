import { describeConformance } from '../../testing/conformance.ts';
import { startNodeHost } from './testing/node-host.ts';

describeConformance('the node host', () => startNodeHost());
