// A real OpenID provider, for the tests of signing in: started by oidc.py beside it, on this machine alone.
// Who signs in is said by the test: /interaction/<uid>?as=<account>.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { port, client, accounts } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const provider = new Provider(issuer, {
  clients: [client],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "real" }] },
  cookies: { keys: ["of-a-test"] },
  claims: { openid: ["sub", "roles"], profile: ["name", "preferred_username"], email: ["email"] },
  conformIdTokenClaims: false, // what is known of someone stands in the ID token
  features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true }, claimsParameter: { enabled: true } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => accounts[id] && { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) },
  fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }), // its own refuses addresses of this machine
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope("openid profile email");
    await grant.save();
    return grant;
  },
});

const answer = provider.callback();
createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, issuer);
  if (!pathname.startsWith("/interaction/")) return answer(request, response);
  if (!searchParams.has("as")) {
    const links = Object.keys(accounts).map((account) => `<p><a href="?as=${account}">${account}</a></p>`);
    return response.setHeader("Content-Type", "text/html").end(links.join(""));
  }
  return provider.interactionFinished(request, response, { login: { accountId: searchParams.get("as") } });
}).listen(port, "127.0.0.1");
