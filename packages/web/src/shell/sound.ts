// One soft sound for "needs you", made here so that nothing has to be loaded; off unless the user turns it on.

const SOFT = 0.04
const LENGTH_S = 0.35

export function playNeedSound(): void {
  const context = new AudioContext()
  const volume = context.createGain()
  const tone = context.createOscillator()
  const end = context.currentTime + LENGTH_S
  tone.frequency.value = 660
  volume.gain.setValueAtTime(SOFT, context.currentTime)
  volume.gain.exponentialRampToValueAtTime(0.0001, end)
  tone.connect(volume).connect(context.destination)
  tone.addEventListener('ended', () => void context.close())
  tone.start()
  tone.stop(end)
}
