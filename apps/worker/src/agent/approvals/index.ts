/**
 * What agents ask people: held while the agent waits, answered by the first who does, retired by what
 * the agent does next. Nobody's silence is an answer: the agent's own dialog is there all the while.
 *
 *   Approvals  all of them: asked, answered once, retired
 *   asked      from a hook's body to what a person is shown
 *   decisions  from a person's answer to what the hook prints
 *   evidence   which signals show that a question is settled; pure
 */
export { Approvals, type ApprovalsObserver } from './approvals.ts';
