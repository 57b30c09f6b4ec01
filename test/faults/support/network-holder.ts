/** Has a stage with a peer on a network of its own until it is killed, for network.spec.ts. Prints the id of the peer's process and the folder. */
import { FaultStage } from './fault-stage.ts'

const stage = await FaultStage.open()
const peer = await stage.up('A')
process.stdout.write(JSON.stringify({ pid: peer.pid, folder: stage.folder }) + '\n')
setInterval(() => {}, 60_000)
