// Which screen an address shows. All but the agents themselves are loaded when first opened.
import { Redirect, Route, Switch } from 'wouter'
import { AgentArea, NoAgent } from '../agents/agent-area.tsx'
import { lazyScreen } from '../lazy-screen.ts'

const Needs = lazyScreen(() => import('../needs/needs-screen.tsx'), 'NeedsScreen')
const Wall = lazyScreen(() => import('../wall/wall-screen.tsx'), 'WallScreen')
const Messages = lazyScreen(() => import('../messages/messages-screen.tsx'), 'MessagesScreen')
const Board = lazyScreen(() => import('../board/board-screen.tsx'), 'BoardScreen')
const Usage = lazyScreen(() => import('../usage/usage-screen.tsx'), 'UsageScreen')
const CodeMap = lazyScreen(() => import('../map/map-screen.tsx'), 'MapScreen')
const NewAgent = lazyScreen(() => import('../new-agent/new-agent-screen.tsx'), 'NewAgentScreen')
const Found = lazyScreen(() => import('../found/found-screen.tsx'), 'FoundScreen')
const Deleted = lazyScreen(() => import('../deleted/deleted-screen.tsx'), 'DeletedScreen')
const Machine = lazyScreen(() => import('../machine/machine-screen.tsx'), 'MachineScreen')
const Nodes = lazyScreen(() => import('../nodes/nodes-screen.tsx'), 'NodesScreen')
const Player = lazyScreen(() => import('../recordings/player-screen.tsx'), 'PlayerScreen')
const Recordings = lazyScreen(() => import('../recordings/recordings-screen.tsx'), 'RecordingsScreen')
const More = lazyScreen(() => import('./more-screen.tsx'), 'MoreScreen')
const Settings = lazyScreen(() => import('../settings/settings-screen.tsx'), 'SettingsScreen')

export const Screens = () => (
  <Switch>
    <Route path="/">
      <NoAgent />
    </Route>
    <Route path="/agents/:id/:tab?">{({ id, tab }) => <AgentArea id={id} tab={tab ?? 'terminal'} />}</Route>
    <Route path="/needs" component={Needs} />
    <Route path="/wall" component={Wall} />
    <Route path="/new" component={NewAgent} />
    <Route path="/messages/*?" component={Messages} />
    <Route path="/board" component={Board} />
    <Route path="/usage" component={Usage} />
    <Route path="/map" component={CodeMap} />
    <Route path="/found" component={Found} />
    <Route path="/deleted" component={Deleted} />
    <Route path="/machine" component={Machine} />
    <Route path="/nodes" component={Nodes} />
    <Route path="/recordings" component={Recordings} />
    <Route path="/recordings/:id">{({ id }) => <Player id={id} />}</Route>
    <Route path="/settings" nest>
      <Settings />
    </Route>
    <Route path="/more" component={More} />
    <Route>
      <Redirect to="/" replace />
    </Route>
  </Switch>
)
