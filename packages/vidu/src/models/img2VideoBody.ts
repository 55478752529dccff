/** Image to video as it goes over the wire: a white list by type, since Vidu refuses other fields. */
import type { Img2VideoBody } from "../Schema.ts"
import { pictureWire } from "./firstFrame.ts"
import { defaultModel, type Img2VideoInput } from "./Img2VideoInput.ts"

export const img2VideoBody = (input: Img2VideoInput): Img2VideoBody => ({
  ...withoutPicture(input),
  images: [pictureWire(input.image)],
})

/** All of the body but the picture, which may be large. */
export const withoutPicture = ({
  image: _image,
  ...fields
}: Img2VideoInput): Omit<Img2VideoBody, "images"> => ({
  model: defaultModel,
  // The document calls audio_type required with audio, and gives it this default.
  ...(fields.audio === true ? { audio_type: "all" } : {}),
  ...fields,
})
