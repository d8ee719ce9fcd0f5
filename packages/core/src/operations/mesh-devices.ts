// Phones and other browsers, let in by a browser that is in.
import { z } from 'zod'
import { Me } from '../account.ts'
import { DevicePairing, DeviceTicket } from '../device.ts'
import { idSchema } from '../id.ts'
import { PAIRING_PHASES } from '../node.ts'
import { op } from '../operation.ts'

const Secret = z.string().min(16).max(128)
const OnePairing = z.strictObject({ id: idSchema('pairing') })

export const meshDeviceOperations = {
  inviteDevice: op({
    method: 'POST',
    path: '/v1/devices',
    may: 'account:self',
    input: () => z.strictObject({}),
    output: DevicePairing,
    says: 'Make a one-time code by which a phone or another browser gets a login of mine',
    audited: true,
  }),
  getDevicePairing: op({
    method: 'GET',
    path: '/v1/devices/pairings/{id}',
    may: 'account:self',
    input: () =>
      OnePairing.extend({
        /** Answers when the phase is another one, or after 20 s. */
        past: z.enum(PAIRING_PHASES).optional(),
      }),
    output: DevicePairing,
    says: 'Show how the pairing of a device stands',
  }),
  compareDevice: op({
    method: 'POST',
    path: '/v1/devices/pairings/{id}/compare',
    may: 'account:self',
    input: () => OnePairing.extend({ alike: z.boolean() }),
    output: DevicePairing,
    says: 'Say whether the device shows the same six digits',
    audited: true,
  }),
  joinDevice: op({
    method: 'POST',
    path: '/v1/devices/join',
    may: 'public',
    input: () => z.strictObject({ code: Secret, name: z.string().trim().min(1).max(60) }),
    output: DeviceTicket,
    says: 'Ask to be let in with the code of a browser that is in; answers the digits to show',
    audited: true,
    guessable: true,
  }),
  enterDevice: op({
    method: 'POST',
    path: '/v1/devices/enter',
    may: 'public',
    input: () => z.strictObject({ ticket: Secret }),
    output: () =>
      z.strictObject({
        /** Null while nobody has compared the digits; ask again then. */
        me: Me.nullable(),
      }),
    says: 'Log in once the digits were compared; answers after 20 s at most',
    audited: true,
  }),
} as const
