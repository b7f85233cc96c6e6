// Asking the server, until it answers: what goes wrong meanwhile is one Chinese sentence.

const SILENT = "与看板的连接已中断，正在重试。";
const PATIENCE = [300, 1000, 3000, 10000]; // ms before the server is asked again, and again

/** The server did not give what was asked for. */
export class Unanswered extends Error {
  constructor(said = SILENT, options = {}) {
    super(said, options);
  }
}

/** Fetch; whatever is no success becomes an error with the server's own sentence. */
export async function ask(address, signal) {
  const response = await fetch(address, { signal }).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new Unanswered(undefined, { cause: error });
  });
  if (response.ok) return response;
  const said = response.headers.get("content-type")?.startsWith("text/plain") ? await response.text() : "";
  throw new Unanswered(said || `数据没有取到（${response.status}），正在重试。`);
}

/** Do what asks the server until it succeeds or is taken back; `failed` hears each time why it did not. */
export async function insist(act, { signal, failed }) {
  for (let tries = 0; !signal?.aborted; tries += 1) {
    try {
      await act();
      return;
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!(error instanceof Unanswered)) throw error;
      failed(error.message);
    }
    await new Promise((done) => setTimeout(done, PATIENCE[Math.min(tries, PATIENCE.length - 1)]));
  }
}
