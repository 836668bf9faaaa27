/** Programs that people use, and keys for them that show the same every time. */

export interface Step {
  /** What the screen shows once the keys have done their work, besides being as in the reference. */
  readonly shows: string | RegExp;
  /** As Playwright names them; what begins with "=" is typed in one go. */
  readonly keys: readonly string[];
}

export interface Program {
  /** Where one is missing the test is skipped, and says so. */
  readonly needs: string;
  /** A script for sh. */
  readonly script: string;
  readonly steps: readonly Step[];
}

const step = (shows: string | RegExp, ...keys: readonly string[]): Step => ({ shows, keys });
const times = (count: number, key: string) => Array.from({ length: count }, () => key);

const BASH: Program = {
  needs: 'bash',
  script: "HISTFILE= PS1='$ ' exec bash --norc --noprofile",
  steps: [
    step(/^\$ *$/),
    step('$ echo größe 日本', '=echo größe 日本'),
    step('$ echoX größe', 'Control+a', 'Alt+f', '=X'),
    step('größe en\u0303d', 'Control+e', 'Control+w', '=en\u0303d'),
    step(/^größe en\u0303d$/m, 'Control+a', 'Alt+d', '=echo', 'Enter'),
    step('$ echo größe', 'ArrowUp', 'Home', 'Control+k', 'Control+y', 'Alt+b'),
    step(/9$/m, 'End', `=${' wraps'.repeat(30)} 0123456789`),
    step('$ : start; echo größe', 'Home', '=: start; '),
    step(/\^C[^]*\n\$ *$/, 'Control+c'),
    step("(reverse-i-search)`gr'", 'Control+r', '=gr'),
    step(/^red$/m, 'Control+g', "=printf '\\033[31mred\\033[0m\\n'", 'Enter'),
    step('$ ls source.ts', '=ls so', 'Tab'),
    step(/^\$ ls source.ts *$/, 'Control+l'),
  ],
};

const LESS: Program = {
  needs: 'less',
  script: "LESS= less -R colours.txt; LESS= less source.ts; PS1='$ ' exec sh",
  steps: [
    step('0 8 16 24'),
    step('function f0(', 'q'),
    step('function f46(', 'PageDown', 'ArrowDown', 'ArrowDown'),
    step('function f74(', '=/f7.\\(', 'Enter'),
    step('function f77(', '=nnn'),
    step('(END)', '=G'),
    step('function f0(', '=g'),
    step('SUMMARY OF LESS COMMANDS', '=h'),
    step(/^\$ *$/, '=qq'),
  ],
};

const VIM: Program = {
  needs: 'vim',
  script: "echo before; vim --clean -n -i NONE source.ts; PS1='$ ' exec sh",
  steps: [
    step('function f0('),
    step(' 1 export', '=:syntax on | set number hlsearch cursorline', 'Enter'),
    step('/f3', '=/f3.', 'Enter', '=n'),
    step('new 日本 🙂 e\u0301', '=inew 日本 🙂 e\u0301 ', 'Escape'),
    step('VISUAL', 'ArrowDown', 'Home', '=v', 'ArrowDown', 'End', ...times(3, 'ArrowLeft')),
    step('function f70(', 'Escape', 'Control+f', 'Control+d'),
    step(/source.ts[^]*source.ts/, '=:split', 'Enter', 'Control+w', 'ArrowDown'),
    step('recorded', '=qa', 'End', '=A!', 'Escape', '=q:echo "recorded"', 'Enter'),
    step(/before\n\$ *$/, '=:qa!', 'Enter'),
  ],
};

const TMUX: Program = {
  needs: 'tmux',
  script: 'exec tmux -S "$PWD/$0.sock" -f tmux.conf new-session -n one',
  steps: [
    step('bar'),
    step('ready', '=echo rea""dy', 'Enter'),
    step('│', 'Control+b', '=%'),
    // With the next prompt: a copy mode that is entered before it has another cursor.
    step(/│right 日本\s*\n.*│\$/, '=echo ri""ght 日本', 'Enter'),
    step('─', 'Control+b', '="'),
    step(/│below\s*\n.*│\$/, '=echo bel""ow', 'Enter'),
    step(/\[0\/\d+\]/, 'Control+b', '=[', 'ArrowUp', 'ArrowUp'),
    step('(0)', '=q', 'Control+b', '=w'),
    step('right 日本', '=q'),
    step('bar', 'Control+d'),
    step('ready', 'Control+d'),
    step('[exited]', 'Control+d'),
  ],
};

export const PROGRAMS = { bash: BASH, less: LESS, vim: VIM, tmux: TMUX } as const;
