// The failures of identities from elsewhere: rows of the catalogue in fault.ts.

export const IDENTITY_FAULTS = {
  'identity.unknown': [404, 'There is no identity {id}. `tutti mail identities` lists those that asked.'],
  'identity.state': [
    409,
    'The identity {name} is {status}, so it cannot be made {wanted}. `tutti mail identities` shows how they stand.',
  ],
  'identity.name-taken': [
    409,
    'The name {name} belongs to another mailbox. Approve it under a free one: `tutti mail identity approve ID --name NAME`.',
  ],
  'identity.key-gone': [
    409,
    'The key of {name} was replaced or withdrawn. It has to ask anew with its present one.',
  ],
  'identity.proof-used': [409, 'This proof has come before.'],
} as const
