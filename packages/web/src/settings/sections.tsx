// The sections of the settings, once for the list of them and for what an address shows.
import type { Permission } from '@tutti/core'
import {
  Archive,
  Bell,
  Contrast,
  Cpu,
  Keyboard,
  KeyRound,
  Scale,
  ScrollText,
  SquareTerminal,
  Stethoscope,
  UserRound,
  Users,
} from 'lucide-react'
import type { ComponentType, ReactNode } from 'react'
import { lazyScreen } from '../lazy-screen.ts'
import type { WordKey } from '../words/words.ts'
import { AccountScreen } from './account/account-screen.tsx'

const Access = lazyScreen(() => import('./access/access-screen.tsx'), 'AccessScreen')
const Appearance = lazyScreen(() => import('./appearance/appearance-screen.tsx'), 'AppearanceScreen')
const Audit = lazyScreen(() => import('./audit/audit-screen.tsx'), 'AuditScreen')
const Backups = lazyScreen(() => import('./backups/backups-screen.tsx'), 'BackupsScreen')
const Checks = lazyScreen(() => import('./checks/checks-screen.tsx'), 'ChecksScreen')
const Keys = lazyScreen(() => import('./keys/keys-screen.tsx'), 'KeysScreen')
const Notifications = lazyScreen(
  () => import('./notifications/notifications-screen.tsx'),
  'NotificationsScreen',
)
const Machine = lazyScreen(() => import('./machine/machine-screen.tsx'), 'MachineSettingsScreen')
const Programs = lazyScreen(() => import('./programs/programs-screen.tsx'), 'ProgramsScreen')
const Rules = lazyScreen(() => import('./rules/rules-screen.tsx'), 'RulesScreen')
const UsersList = lazyScreen(() => import('./users/users-screen.tsx'), 'UsersScreen')

export interface Section {
  /** Also its address below /settings. */
  id: string
  label: WordKey
  icon: ReactNode
  group: 'you' | 'here'
  /** Hidden from those without it. */
  may: Permission
  screen: ComponentType
}

export const SECTIONS: readonly Section[] = [
  {
    id: 'account',
    label: 'settings.account',
    icon: <UserRound />,
    group: 'you',
    may: 'account:self',
    screen: AccountScreen,
  },
  {
    id: 'appearance',
    label: 'settings.appearance',
    icon: <Contrast />,
    group: 'you',
    may: 'account:self',
    screen: Appearance,
  },
  {
    id: 'notifications',
    label: 'settings.notifications',
    icon: <Bell />,
    group: 'you',
    may: 'account:self',
    screen: Notifications,
  },
  {
    id: 'keys',
    label: 'settings.keys',
    icon: <Keyboard />,
    group: 'you',
    may: 'account:self',
    screen: Keys,
  },
  {
    id: 'machine',
    label: 'settings.machine',
    icon: <Cpu />,
    group: 'here',
    may: 'settings:read',
    screen: Machine,
  },
  {
    id: 'rules',
    label: 'rules.title',
    icon: <Scale />,
    group: 'here',
    may: 'attention:read',
    screen: Rules,
  },
  {
    id: 'programs',
    label: 'programs.title',
    icon: <SquareTerminal />,
    group: 'here',
    may: 'agent:read',
    screen: Programs,
  },
  {
    id: 'users',
    label: 'settings.users',
    icon: <Users />,
    group: 'here',
    may: 'user:read',
    screen: UsersList,
  },
  {
    id: 'access',
    label: 'settings.access',
    icon: <KeyRound />,
    group: 'here',
    may: 'user:read',
    screen: Access,
  },
  {
    id: 'backups',
    label: 'settings.backups',
    icon: <Archive />,
    group: 'here',
    may: 'backup:read',
    screen: Backups,
  },
  {
    id: 'audit',
    label: 'settings.audit',
    icon: <ScrollText />,
    group: 'here',
    may: 'audit:read',
    screen: Audit,
  },
  {
    id: 'doctor',
    label: 'settings.doctor',
    icon: <Stethoscope />,
    group: 'here',
    may: 'system:write',
    screen: Checks,
  },
]
