/** Draws stacked bars on a canvas. In a file of its own, which only a page with a chart loads. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { heaped, type Bars } from './stack.ts';

export interface Look {
  readonly colours: readonly string[];
  readonly line: string;
  readonly text: string;
  readonly font: string;
}

export interface DrawOptions {
  readonly height: number;
  readonly look: Look;
  readonly value: (value: number) => string;
  readonly key: (key: string) => string;
}

const BAR_WIDTH = 0.7;
const BAR_WIDTH_MAX = 48;
const AXIS_WIDTH = 56;

/** @returns what sizes it to its place, and what takes it away */
export function drawBars(
  place: HTMLElement,
  bars: Bars,
  { height, look, value, key }: DrawOptions,
): { resize: () => void; destroy: () => void } {
  // The highest first, so that the lower ones are drawn over it.
  const heaps = heaped(bars).toReversed();
  const colours = bars.series.map((_, at) => look.colours[at % look.colours.length]).toReversed();
  const paths = uPlot.paths.bars?.({ size: [BAR_WIDTH, BAR_WIDTH_MAX], radius: 0 });
  const axis = { stroke: look.text, font: look.font, ticks: { show: false } };
  const width = (): number => Math.max(1, place.clientWidth);
  const plot = new uPlot(
    {
      width: width(),
      height,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: [-0.6, bars.keys.length - 0.4] },
        y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.05 : 1] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          incrs: [1, 2, 3, 4, 6, 7, 12, 14, 30, 60, 120],
          values: (_plot, ticks) => ticks.map((at) => key(bars.keys[at] ?? '')),
        },
        {
          ...axis,
          size: AXIS_WIDTH,
          grid: { stroke: look.line, width: 1 },
          values: (_plot, ticks) => ticks.map(value),
        },
      ],
      series: [
        {},
        ...colours.map((fill) => ({
          ...(fill === undefined ? {} : { fill }),
          width: 0,
          points: { show: false },
          ...(paths === undefined ? {} : { paths }),
        })),
      ],
    },
    [bars.keys.map((_, at) => at), ...heaps.map((heap) => [...heap])],
    place,
  );
  return {
    resize: () => plot.setSize({ width: width(), height }),
    destroy: () => plot.destroy(),
  };
}
