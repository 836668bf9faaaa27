/** The scripted agent behaves as the suite says, so that other tests may take it for the real one. */
import { describeClaude } from './suite.ts';

describeClaude('scripted');
