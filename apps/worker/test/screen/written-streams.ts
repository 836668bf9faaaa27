/** Streams as programs print them, written by hand: each is small enough to be cut at every byte. */
import type { TerminalSize } from '@dashboard/protocol/terminal/size';

export interface Stream {
  readonly name: string;
  readonly size: TerminalSize;
  readonly bytes: Uint8Array;
}

const SIZE = { cols: 24, rows: 8 };
const ESC = '\x1b';

function stream(name: string, text: string | Uint8Array, size: TerminalSize = SIZE): Stream {
  return { name, size, bytes: typeof text === 'string' ? Buffer.from(text) : text };
}

const gradient = Array.from(
  { length: 24 },
  (_, at) => `${ESC}[48;2;${at * 10};${255 - at * 10};128m${ESC}[38;5;${at + 16}m▀`,
).join('');

export const WRITTEN_STREAMS: readonly Stream[] = [
  stream(
    'a shell with a long line, colours and a prompt',
    `${ESC}]0;~/work\x07${ESC}[1;32muser${ESC}[m:${ESC}[34m~${ESC}[m$ ls\r\n` +
      `${ESC}[01;34mfolder${ESC}[0m  file.txt\r\n` +
      `a line that is quite a bit longer than the screen is wide, so it wraps twice\r\n\r\n` +
      `${'x'.repeat(24)}\r\nexactly as wide\r\n${ESC}[?2004h$ typ\b \b\b`,
  ),
  stream(
    'scrollback with coloured blanks',
    Array.from(
      { length: 20 },
      (_, at) =>
        `${ESC}[4${at % 8}mrow ${at}${ESC}[K${ESC}[m${at % 3 ? '' : ESC + '[7mX' + ESC + '[m'}\r\n`,
    ).join('') + `${ESC}[41m\r\n\n${ESC}[m end`,
  ),
  stream(
    'an editor on the alternate screen and back',
    `before\r\n$ edit\r\n${ESC}7${ESC}[?1049h${ESC}[22;0;0t${ESC}[?1h${ESC}=${ESC}[2J${ESC}[1;7r${ESC}[?12l${ESC}[?25h` +
      `${ESC}[1;1H${ESC}[36m~${ESC}[2;1H~${ESC}[m${ESC}[8;1H${ESC}[7m status ${ESC}[K${ESC}[m${ESC}[1;1H` +
      `line one\r\nline two${ESC}[1;1H${ESC}[L${ESC}[Mx${ESC}M${ESC}[7;1H\n\n${ESC}[?25l${ESC}[2 q${ESC}[4hins${ESC}[4l` +
      `${ESC}[?1000h${ESC}[?1006h${ESC}[?2004h${ESC}[3;5H${ESC}7${ESC}[5;5H${ESC}8${ESC}[?25h` +
      `${ESC}[?1000l${ESC}[?1006l${ESC}[r${ESC}[?1l${ESC}>${ESC}[?1049l${ESC}[23;0;0tafter`,
  ),
  stream(
    'mouse modes and keyboard protocols',
    `${ESC}[?9h${ESC}[?1000h${ESC}[?1002h${ESC}[?1003h${ESC}[?1005h${ESC}[?1015h${ESC}[?1006h${ESC}[?1016h` +
      `${ESC}[?1004h${ESC}[>1u${ESC}[>5u${ESC}[=3;2u${ESC}[>4;2m${ESC}[?2031h${ESC}[?1049h${ESC}[>7u${ESC}[<u` +
      `${ESC}[?1003l${ESC}[?1016l${ESC}[?1049l${ESC}[<2u${ESC}[>4m${ESC}[?7l${ESC}[?45h${ESC}[20h${ESC}[?66h${ESC}[!pdone`,
  ),
  stream(
    'wide characters, marks and emoji',
    `漢字かな交じり文は行末で折り返す漢字\r\ne\u0301a\u0308\u0323 ${ESC}[31me\u0301${ESC}[m\u0301x\r\n` +
      `👩\u200d👩\u200d👧 🇨🇭 ☺\ufe0f ${'あ'.repeat(11)}x${'あ'.repeat(3)}\r\n` +
      `${ESC}[42m漢字${ESC}[m${ESC}[2D${ESC}[31;4mx${ESC}[m ${ESC}[20G字${ESC}[44m字字字${ESC}[m\r\n` +
      `${ESC}[24Gz${ESC}[23G漢${ESC}[23G${ESC}[7mq${ESC}[m${ESC}[5;3H\u0308e\u0308`,
  ),
  stream(
    'every way to look',
    [1, 2, 3, 4, 5, 7, 8, 9, 21, 53, '4:3', '4:4;58;5;9', '4:5;58;2;1;2;3', '38;5;200', '97;103']
      .map((code) => `${ESC}[${code}mA b${ESC}[0m`)
      .join(' ') +
      `${ESC}[38;2;9;8;7m${ESC}[31mstale${ESC}[39;49m${ESC}[58;5;1mno line${ESC}[4mline${ESC}[59m${ESC}[24m` +
      `${ESC}[1"qkept${ESC}[0"q${ESC}[?1K${ESC}[m\r\n${gradient}${ESC}[m`,
  ),
  stream(
    'scroll regions, origin mode, tabs and line editing',
    `${ESC}[2;6r${ESC}[?6h${ESC}[1;1Hone\r\ntwo\r\nthree\r\nfour\r\nfive\r\nsix${ESC}M${ESC}[2T${ESC}[1S` +
      `${ESC}[3g${ESC}[5G${ESC}H${ESC}[11G${ESC}H\r\tA\tB\t${ESC}[Z|${ESC}[2P${ESC}[3@${ESC}[4X${ESC}[1;1H${ESC}[2L` +
      `${ESC}[?6l${ESC}[8;1Hbottom\n${ESC}[r${ESC}[3J${ESC}[4;4Hx${ESC}[1J${ESC}[5;5H${ESC}[K${ESC}[0J end${ESC}[5b`,
  ),
  stream(
    'the last column',
    `${'a'.repeat(24)}${ESC}[31m${ESC}[?2004h b\r\n${'c'.repeat(23)}漢${ESC}[?7l${'d'.repeat(30)}字e${ESC}[?7h` +
      `f${ESC}[1;24Hg${ESC}[1Kh${ESC}[2;24H${ESC}[45m ${ESC}[Ki\r\n${'j'.repeat(24)}${ESC}[4hk${ESC}[3;24Hl${ESC}[4l` +
      `${'m'.repeat(24)}\u0301n${'o'.repeat(23)}${ESC}[K${ESC}7${ESC}8p`,
  ),
  stream(
    'line drawing and character sets',
    `${ESC}(0lqqk${ESC}(B\r\n${ESC})0\x0ex\x0f x${ESC}*A${ESC}n#${ESC}(0${ESC}7${ESC}(Bq${ESC}8q${ESC}(Bq\x0fq`,
  ),
  stream(
    'synchronized frames',
    Array.from(
      { length: 6 },
      (_, at) =>
        `${ESC}[?2026h${ESC}[?25l${ESC}[H${ESC}[2K${ESC}[3${at + 1}m✳ Working… ${at}s${ESC}[m${ESC}[3;1H❯ ${'─'.repeat(at)}` +
        `${ESC}[?25h${ESC}[?2026l`,
    ).join(''),
  ),
  stream(
    'links, titles and colours',
    `${ESC}]8;;https://example.org/a${ESC}\\link one that wraps over the end${ESC}]8;;${ESC}\\ ` +
      `${ESC}]8;id=q;https://example.org/b\x07two${ESC}[1mthree${ESC}]8;;\x07${ESC}]2;a title\x07${ESC}[22;2t${ESC}]2;b\x07` +
      `${ESC}]4;1;rgb:11/22/33;2;#abc${ESC}\\${ESC}]10;#ffffff;#000000${ESC}\\${ESC}]12;rgb:f/0/0\x07${ESC}]104;1\x07${ESC}]110\x07` +
      `${ESC}]1;icon\x07${ESC}[23;2t${ESC}Pignored 1;2${ESC}\\${ESC}_also ignored${ESC}\\${ESC}^x${ESC}\\.`,
  ),
  stream(
    'resets',
    `${ESC}[31m${ESC}[2;4r${ESC}[?25l${ESC}[?1002hx${ESC}[!py${ESC}[?1049h${ESC}[5 q${ESC}[?12h${ESC}[20hz${ESC}cafter${ESC}[6 q`,
  ),
  stream(
    'broken characters and sequences',
    Buffer.concat([
      Buffer.from('ok \xe4\xf6', 'latin1'),
      Buffer.from([0xe2, 0x82, 0x41, 0xf0, 0x9f, 0x98, 0xc3, 0x28, 0xc0, 0x80, 0xed, 0xa0, 0x80]),
      Buffer.from(
        `\u009b31mred${ESC}[3${ESC}[1m1m${ESC}[4;\x18x${ESC}]2;cut${ESC}[32mgreen \u0090q\u009c.`,
      ),
      Buffer.from([0x80, 0x9b, 0xff, 0xfe, 0x0d, 0x0a]),
      Buffer.from(`${ESC}[?1;2\nh${ESC}${ESC}[1mbold${ESC}_漢${ESC}[m done\ufeff`),
    ]),
  ),
];
