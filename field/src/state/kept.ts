/** What is being written right now. Locking waits for it: the last tap before it counts as well. */
const writing = new Set<Promise<unknown>>();

export function keeping<T>(act: Promise<T>): Promise<T> {
  writing.add(act);
  const done = (): void => void writing.delete(act);
  act.then(done, done);
  return act;
}

export async function allKept(): Promise<void> {
  await Promise.allSettled([...writing]);
}
