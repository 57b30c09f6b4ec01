/**
 * The public surface of tilemesh: make a peer, ask it things, catch its errors. Nothing else may be imported from outside.
 */
export { createPeer } from './peer.ts'
export { programVersion } from './version.ts'
export * from './errors.ts'
export type * from './api.ts'
export type {
  Engine, EngineInfo, EngineSession, FoundFile, Log, RenderOutcome, RenderSettings, RenderUnit, SceneFiles, SceneInfo, UnitSource, WorkingPeer
} from './ports.ts'
export type { EngineId, Hash, JobId, PeerId } from './core/ids.ts'
export type { FrameRange, JobState, Split } from './core/job.ts'
