/** A stand-in for Anthropic's Messages API whose model does what the prompt says. */
export { actsOf, choices, firstWord, type Act, type Verb } from './acts.ts';
export { chargeAtStart, outputAtEnd, sumOf, usageOf, type Charge, type Tokens } from './charge.ts';
export { contentOf, type Block } from './content.ts';
export { FakeAnthropic, startFakeAnthropic, type FakeAnthropicOptions } from './endpoint.ts';
export { failureOf } from './refusal.ts';
