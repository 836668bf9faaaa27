/** A stand-in for Anthropic's Messages API whose model does what the prompt says. */
export { actsOf, choices, firstWord, type Act, type Verb } from './acts.ts';
export { sumOf, type Charge, type Tokens } from './charge.ts';
export { FakeAnthropic, startFakeAnthropic, type FakeAnthropicOptions } from './endpoint.ts';
