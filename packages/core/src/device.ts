// A phone or another browser that is let in by one that is in: a code that is good once, and digits that a person compares.
import { z } from 'zod'
import { idSchema } from './id.ts'
import { PAIRING_PHASES } from './node.ts'

/** The pairing as the browser sees it that has asked for it. */
export const DevicePairing = z.strictObject({
  id: idSchema('pairing'),
  phase: z.enum(PAIRING_PHASES),
  /** For the address that the device opens; null once a device has taken it. */
  code: z.string().nullable(),
  /** Six digits that the device shows as well; null before it is there. */
  text: z.string().nullable(),
  /** What the device calls itself, and where it comes from. */
  name: z.string().nullable(),
  address: z.string().nullable(),
  until: z.int(),
})
export type DevicePairing = z.infer<typeof DevicePairing>

/** What the device gets: digits to show, and a ticket that becomes its login when a person has compared them. */
export const DeviceTicket = z.strictObject({ ticket: z.string(), text: z.string(), machine: z.string() })
export type DeviceTicket = z.infer<typeof DeviceTicket>
