// Loaded before a program (`node --import`): its wall clock goes wrong by CLOCK_SKEW_MS, in all its threads.
const skewMs = Number(process.env['CLOCK_SKEW_MS'])
const trueNow = Date.now.bind(Date)
const now = () => trueNow() + skewMs

globalThis.Date = new Proxy(Date, {
  construct: (target, args: unknown[], made) =>
    Object(Reflect.construct(target, args.length === 0 ? [now()] : args, made)),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
})
