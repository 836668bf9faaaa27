/** The sound of an alert: two short tones, made here, so that nothing has to be loaded. */

const TONES = [
  { hertz: 659, atS: 0 },
  { hertz: 880, atS: 0.14 },
] as const;
const TONE_S = 0.32;
const LOUDNESS = 0.18;
/** Exponential ramps cannot end at nothing. */
const ALMOST_SILENT = 0.0001;

let context: AudioContext | undefined;

/** Without a press on this page since it was loaded, browsers stay silent, and so does this. */
export async function chime(): Promise<void> {
  context ??= new AudioContext();
  await context.resume();
  for (const { hertz, atS } of TONES) ring(context, hertz, context.currentTime + atS);
}

function ring(audio: AudioContext, hertz: number, startS: number): void {
  const [tone, volume] = [audio.createOscillator(), audio.createGain()];
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(LOUDNESS, startS);
  volume.gain.exponentialRampToValueAtTime(ALMOST_SILENT, startS + TONE_S);
  tone.connect(volume).connect(audio.destination);
  tone.start(startS);
  tone.stop(startS + TONE_S);
}
