/** Answers to the questions of one approval while they are being chosen. */
import type { Question } from '@dashboard/protocol/approvals';

export class Draft {
  /** Of each question, the labels that are chosen. */
  chosen = $state.raw<readonly (readonly string[])[]>([]);
  /** Of each question, an answer in the person's own words; counts beside or instead of labels. */
  own = $state<string[]>([]);
  readonly #questions: readonly Question[];

  constructor(questions: readonly Question[]) {
    this.#questions = questions;
    this.chosen = questions.map(() => []);
    this.own = questions.map(() => '');
  }

  /** The first that is not answered: where a number key belongs. */
  get current(): number {
    const place = this.#questions.findIndex(
      (question, index) => question.isMultiple || this.#answer(index).length === 0,
    );
    return place < 0 ? 0 : place;
  }

  /** Undefined until every question has an answer. */
  get answers(): string[][] | undefined {
    const answers = this.#questions.map((_question, place) => this.#answer(place));
    return answers.every((texts) => texts.length > 0) ? answers : undefined;
  }

  choose(place: number, label: string): void {
    const before = this.chosen[place] ?? [];
    const isChosen = before.includes(label);
    const others = this.#questions[place]?.isMultiple ? before.filter((one) => one !== label) : [];
    this.chosen = this.chosen.with(place, isChosen ? others : [...others, label]);
    if (!this.#questions[place]?.isMultiple) this.own[place] = '';
  }

  #answer(place: number): string[] {
    const own = (this.own[place] ?? '').trim();
    const chosen = this.chosen[place] ?? [];
    if (own === '') return [...chosen];
    return this.#questions[place]?.isMultiple ? [...chosen, own] : [own];
  }
}
