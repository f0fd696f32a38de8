/** Show what the camera sees. A screen that is left while the camera starts is no failure: the camera is let go. */
export async function showCamera(video: HTMLVideoElement | null, stream: MediaStream): Promise<boolean> {
  if (video !== null) {
    video.srcObject = stream;
    try {
      await video.play();
      return true;
    } catch (reason) {
      // AbortError: the picture was taken off the page before its first frame.
      if (!(reason instanceof DOMException && reason.name === "AbortError")) throw reason;
    }
  }
  for (const track of stream.getTracks()) track.stop();
  return false;
}
