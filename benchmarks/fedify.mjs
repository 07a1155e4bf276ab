// A peer that knows nothing of us: Fedify (npm @fedify/fedify 1.10, on Node 22) checks what we sign, reads what we
// say, and signs for us to check. One JSON object comes on stdin, one goes out on stdout. See tests/circulation/test_fedify.py.
import { pathToFileURL } from "node:url";

const load = (part) => import(pathToFileURL(`${process.env.FEDIFY_HOME}/node_modules/@fedify/fedify/dist/${part}/mod.js`).href);
const { verifyRequest, signRequest, generateCryptoKeyPair, exportJwk } = await load("sig");
const vocab = await load("vocab");
const { getDocumentLoader } = await load("runtime");

let text = "";
for await (const piece of process.stdin) text += piece;
const asked = JSON.parse(text);
const contexts = getDocumentLoader(); // the well-known contexts are built in
const loader = async (url) => {
  const bare = url.split("#")[0];
  if (asked.documents[bare]) return { contextUrl: null, document: asked.documents[bare], documentUrl: bare };
  return contexts(url);
};
const tools = { documentLoader: loader, contextLoader: loader, currentTime: false, timeWindow: false };
const said = {};

if (asked.requests) {
  said.verified = [];
  for (const one of asked.requests) {
    const request = new Request(one.url, { method: one.method, headers: one.headers, body: one.method === "GET" ? undefined : one.body });
    const key = await verifyRequest(request, tools).catch((error) => ({ id: { href: String(error) } }));
    said.verified.push(key ? key.id.href : null);
  }
}
if (asked.read) {
  said.read = [];
  for (const one of asked.read) {
    const thing = await vocab.Object.fromJsonLd(one, tools);
    const inner = thing.getObject ? await thing.getObject(tools) : null;
    said.read.push({
      kind: thing.constructor.name, id: thing.id?.href, actor: thing.actorId?.href ?? null,
      inner: inner ? inner.constructor.name : null, innerId: thing.objectId?.href ?? null,
      content: inner?.content?.toString() ?? null, attributedTo: inner?.attributionId?.href ?? null,
      inbox: thing.inboxId?.href ?? null, shared: thing.endpoints?.sharedInbox?.href ?? null,
      key: thing.publicKeyId?.href ?? null, name: thing.preferredUsername?.toString() ?? null,
    });
  }
}
if (asked.sign) {
  const pair = await generateCryptoKeyPair("RSASSA-PKCS1-v1_5");
  const spki = Buffer.from(await crypto.subtle.exportKey("spki", pair.publicKey)).toString("base64");
  said.pem = `-----BEGIN PUBLIC KEY-----\n${spki.match(/.{1,64}/g).join("\n")}\n-----END PUBLIC KEY-----\n`;
  said.signed = [];
  for (const one of asked.sign) {
    const request = new Request(one.url, { method: "POST", headers: one.headers, body: one.body });
    const spec = one.spec ? { spec: one.spec } : {};
    const made = await signRequest(request, pair.privateKey, new URL(one.keyId), spec);
    said.signed.push({ url: made.url, headers: Object.fromEntries(made.headers), body: await made.text() });
  }
}
console.log(JSON.stringify(said));
