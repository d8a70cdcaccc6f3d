// Serves a folder of rendered pages as the server would: same headers, same compression, nothing else.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
  ".woff2": "font/woff2", ".svg": "image/svg+xml", ".png": "image/png", ".pdf": "application/pdf",
};
// As `CONTENT_SECURITY_POLICY` in crates/ui/src/page.rs; a Rust test holds the two equal.
export const CSP = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const POINT = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==", "base64");

/** `answer(request, body)` may answer a POST with something to send as JSON. */
export async function serve(folder, answer) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    if (request.method === "POST") {
      let body = "";
      for await (const chunk of request) body += chunk;
      const said = answer?.(request, JSON.parse(body));
      response.writeHead(said ? said.status ?? 200 : 404, { "content-type": "application/json" });
      return response.end(JSON.stringify(said ?? {}));
    }
    // A sample page shows a picture of somebody's document; here every document is this grey point.
    if (/^\/documents\/[^/]+\/file$/.test(path)) return response.writeHead(200, { "content-type": "image/png" }).end(POINT);
    let bytes;
    try { bytes = readFileSync(join(folder, normalize(path))); } catch { return response.writeHead(404).end(); }
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    const headers = { "content-type": type, "content-security-policy": CSP, "x-content-type-options": "nosniff" };
    if (path.startsWith("/assets/")) headers["cache-control"] = "public, max-age=31536000, immutable";
    if (/text|svg/.test(type)) {
      bytes = gzipSync(bytes);
      headers["content-encoding"] = "gzip";
    }
    response.writeHead(200, headers).end(bytes);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { base: `http://localhost:${server.address().port}`, close: () => server.close() };
}
