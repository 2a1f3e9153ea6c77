import { describe, expect, it } from 'vitest';
import { manualClock } from '../lib/clock.ts';
import { LONGEST_MS, startRecording } from './voice-note.ts';

class FakeTrack extends EventTarget {
  stopped = false;
  stop(): void {
    this.stopped = true;
  }
  unplug(): void {
    this.dispatchEvent(new Event('ended'));
  }
}

/** As much of a MediaRecorder as is used: what was recorded comes out when it is stopped, and a moment later. */
class FakeRecorder {
  state: RecordingState = 'inactive';
  mimeType = 'audio/webm;codecs=opus';
  ondataavailable: ((event: BlobEvent) => void) | null = null;
  onstop: (() => void) | null = null;
  content = 'sound';
  start(): void {
    this.state = 'recording';
  }
  pause(): void {
    this.state = 'paused';
  }
  resume(): void {
    this.state = 'recording';
  }
  stop(): void {
    if (this.state === 'inactive') throw new DOMException('', 'InvalidStateError');
    this.state = 'inactive';
    queueMicrotask(() => {
      this.ondataavailable?.({ data: new Blob([this.content]) } as BlobEvent);
      this.onstop?.();
    });
  }
}

function begin(level = 0.5) {
  const clock = manualClock();
  const track = new FakeTrack();
  const recorder = new FakeRecorder();
  const meter = { closed: false, read: () => level, close: () => void (meter.closed = true) };
  const recording = startRecording({
    clock,
    recorder: recorder as unknown as MediaRecorder,
    stream: { getTracks: () => [track] } as unknown as MediaStream,
    meter,
  });
  return { clock, track, recorder, meter, recording };
}

describe('a recording', () => {
  it('counts what was recorded and not the pauses', async () => {
    const { clock, recording, recorder } = begin();
    clock.advance(2_000);
    recording.pause();
    expect([recording.state, recorder.state]).toEqual(['paused', 'paused']);
    clock.advance(60_000);
    expect(recording.elapsed).toBe(2_000);
    recording.resume();
    clock.advance(1_000);
    const note = await recording.stop();
    expect(note).toMatchObject({ duration: 3_000, type: 'audio/webm', end: 'asked' });
    expect(await note.source.text()).toBe('sound');
    expect(note.waveform).toHaveLength(64);
  });

  it('tells its level while it runs, and none while it does not', () => {
    const { clock, recording } = begin(0.25);
    let told = 0;
    recording.listen(() => void told++);
    clock.advance(1_000);
    expect(recording.level).toBe(0.25);
    expect(told).toBe(20);
    recording.pause();
    expect(recording.level).toBe(0);
    clock.advance(1_000);
    expect(told).toBe(21);
  });

  it('lets the microphone go when it is over', async () => {
    const { recording, track, meter, clock } = begin();
    clock.advance(500);
    await recording.stop();
    expect([track.stopped, meter.closed, clock.waiting]).toEqual([true, true, 0]);
  });

  it('keeps what there is when the microphone is unplugged', async () => {
    const { clock, track, recording } = begin();
    clock.advance(4_000);
    track.unplug();
    expect(recording.state).toBe('stopped');
    expect(await recording.stop()).toMatchObject({ duration: 4_000, end: 'lost' });
  });

  it('keeps what there is when the browser itself stops recording', async () => {
    const { clock, recorder, recording } = begin();
    clock.advance(1_500);
    recorder.stop();
    await Promise.resolve();
    expect(recording.state).toBe('stopped');
    expect(await recording.stop()).toMatchObject({ duration: 1_500, end: 'lost' });
  });

  it('of nothing at all is a fault', async () => {
    const { recorder, track, recording } = begin();
    recorder.content = '';
    track.unplug();
    await expect(recording.stop()).rejects.toMatchObject({ code: 'microphone-busy' });
  });

  it('ends by itself at its greatest length', async () => {
    const { clock, recording } = begin();
    clock.advance(LONGEST_MS + 60_000);
    expect(recording.state).toBe('stopped');
    const { duration, end } = await recording.stop();
    expect([duration, end]).toEqual([LONGEST_MS, 'longest']);
  });

  it('that is stopped twice ends once, and a paused one ends too', async () => {
    const { clock, recording } = begin();
    clock.advance(700);
    recording.pause();
    const [one, other] = await Promise.all([recording.stop(), recording.stop()]);
    expect(one).toBe(other);
    expect(one.duration).toBe(700);
  });
});
