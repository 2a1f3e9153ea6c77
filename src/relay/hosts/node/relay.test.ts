import { describeConformance } from '../../testing/conformance/index.ts';
import { startNodeHost } from './testing/node-host.ts';

describeConformance('the node host', () => startNodeHost(), { http: true });
