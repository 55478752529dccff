/**
 * A render job made into an MP4 file: each frame drawn and encoded as H.264, then put into a
 * container that plays while it is still loading.
 */
import H264 from "h264-mp4-encoder"
import {
  BufferSource,
  BufferTarget,
  type EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
} from "mediabunny"
import { LONGEST_MOVE, viewAt } from "./camera.ts"
import { draw, fromRgb, makeFrame } from "./Planes.ts"
import type { RenderJob } from "./RenderJob.ts"

/** The whole file. Equal jobs give equal bytes. */
export const encode = async (job: RenderJob): Promise<Uint8Array<ArrayBuffer>> =>
  contain(await encodeMove(job), job)

/** Of the encoder's 0 (best) to 10 (fastest): the slowest at which drawing is not dwarfed. */
const SPEED = 9

/** Bits per pixel and frame; 640 × 360 at 24 frames per second come to 440 kbit/s. */
const BITS_PER_PIXEL = 0.08
const MOST_KBPS = 500

/** The frames of one camera move, from a key frame to the last, as the encoder's own MP4 file. */
const encodeMove = async (job: RenderJob): Promise<Uint8Array> => {
  const frames = Math.min(job.frames, LONGEST_MOVE)
  const encoder = await H264.createH264MP4Encoder()
  encoder.width = job.width
  encoder.height = job.height
  encoder.frameRate = job.fps
  encoder.speed = SPEED
  encoder.kbps = Math.min(MOST_KBPS, (job.width * job.height * job.fps * BITS_PER_PIXEL) / 1000)
  encoder.groupOfPictures = frames
  encoder.initialize()
  const picture = fromRgb(job.picture)
  const frame = makeFrame(job.width, job.height)
  for (let index = 0; index < frames; index++) {
    draw(picture, viewAt(job, index), frame.planes)
    encoder.addFrameYuv(frame.bytes)
  }
  encoder.finalize()
  const bytes = encoder.FS.readFile(encoder.outputFilename)
  encoder.delete()
  return bytes
}

/**
 * The encoder writes its index behind the pictures and counts time in its own way. Here the index
 * comes first, every frame starts at `index / fps`, colours are named, and the move is repeated
 * until the video is as long as was asked: it starts with a key frame, so it follows itself.
 */
const contain = async (
  move: Uint8Array,
  { frames, fps }: RenderJob,
): Promise<Uint8Array<ArrayBuffer>> => {
  const input = new Input({ source: new BufferSource(move), formats: [MP4] })
  const track = await input.getPrimaryVideoTrack()
  const decoderConfig = await track?.getDecoderConfig()
  if (track == null || decoderConfig == null) throw new Error("The encoder wrote no video track.")
  const packets: Array<EncodedPacket> = []
  for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet)

  const target = new BufferTarget()
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: "in-memory" }), target })
  const source = new EncodedVideoPacketSource("avc")
  output.addVideoTrack(source)
  await output.start()
  for (let start = 0; start < frames; start += packets.length) {
    for (const [index, packet] of packets.slice(0, frames - start).entries()) {
      const timed = packet.clone({ timestamp: (start + index) / fps, duration: 1 / fps })
      // oxlint-disable-next-line no-await-in-loop -- packets go into the file in order
      await source.add(timed, { decoderConfig: { ...decoderConfig, colorSpace: BT601 } })
    }
  }
  await output.finalize()
  if (target.buffer === null) throw new Error("The container was not finished.")
  return withoutDates(new Uint8Array(target.buffer))
}

/** What `Planes.fromRgb` wrote; players otherwise guess it from the size. */
const BT601 = {
  primaries: "smpte170m",
  transfer: "smpte170m",
  matrix: "smpte170m",
  fullRange: false,
} as const

/** Sets the times of making in the index to zero ("unknown"), so that equal jobs give equal bytes. */
const withoutDates = (file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  const bytes = Buffer.from(file.buffer)
  for (const box of ["mvhd", "tkhd", "mdhd"]) {
    // Behind the name: version (0: times of 32 bits, 1: of 64), flags, time of making, of change.
    const fields = bytes.indexOf(box, "latin1") + 4
    bytes.fill(0, fields + 4, fields + (bytes[fields] === 1 ? 20 : 12))
  }
  return file
}
