/** The files of the invented server: in one request, or piece by piece (tus 1.0.0). */
import { createHash } from "node:crypto";
import { parseStrictObject } from "../../src/wire";
import { json, problem, type Heard } from "./fake-answers";

interface Upload {
  readonly digest: string;
  readonly length: number;
  data: Uint8Array;
}

export class FakeFiles {
  readonly media = new Map<string, Uint8Array>();
  readonly uploads = new Map<string, Upload>();

  answer({ method, path, headers, body }: Heard): Response {
    const last = path.slice(path.lastIndexOf("/") + 1);
    if (path === "/v1/media/have") {
      const { sha256 } = parseStrictObject(body) as unknown as { sha256: string[] };
      return json({ sha256: sha256.filter((digest) => this.media.has(digest)) });
    }
    if (method === "PUT" && path.startsWith("/v1/media/")) {
      if (shaHex(body) !== last) return problem(422, "digest-mismatch");
      this.media.set(last, body);
      return json("kept", 201);
    }
    if (method === "POST" && path === "/v1/uploads") return this.#begin(headers);
    const upload = this.uploads.get(last);
    if (!upload) return problem(404, "upload-unknown");
    if (method === "HEAD") {
      return new Response(null, {
        headers: { "Upload-Offset": String(upload.data.length), "Upload-Length": String(upload.length) },
      });
    }
    return this.#goOn(last, upload, headers, body);
  }

  #begin(headers: Headers): Response {
    const said = new Map(
      (headers.get("Upload-Metadata") ?? "").split(",").map((one) => one.split(" ") as [string, string]),
    );
    const digest = atob(said.get("sha256") ?? "");
    const id = `u-${digest.slice(0, 8)}`;
    const length = Number(headers.get("Upload-Length"));
    if (!this.uploads.has(id))
      this.uploads.set(id, { digest, length, data: this.media.get(digest) ?? new Uint8Array() });
    return new Response(null, { status: 201, headers: { Location: `/v1/uploads/${id}` } });
  }

  #goOn(id: string, upload: Upload, headers: Headers, body: Uint8Array): Response {
    if (Number(headers.get("Upload-Offset")) !== upload.data.length) return problem(409, "upload-offset");
    const whole = new Uint8Array(upload.data.length + body.length);
    whole.set(upload.data);
    whole.set(body, upload.data.length);
    upload.data = whole;
    if (whole.length === upload.length) {
      if (shaHex(whole) !== upload.digest) {
        this.uploads.delete(id);
        return problem(422, "digest-mismatch");
      }
      this.media.set(upload.digest, whole);
    }
    return new Response(null, { status: 204, headers: { "Upload-Offset": String(whole.length) } });
  }
}

/** Of large files, many times: by the platform. */
function shaHex(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
