// The exchange's calls as nginx serves them by itself (njs 0.7.9 up).
//
// One rule keeps this small and safe: here a call is only ever let through. Whatever is not plainly granted (an unusual
// path, a missing word, a key not known, a registry heard anew) goes unchanged to the embedded plane behind us, which
// reads, decides, refuses and keeps the receipt. So there is one place that says no, and what is said twice, here and in
// rules/, is only who may pass; a test asks both about the same calls.
//
// The receipt's text is appended to the worker's spool before the answer leaves; signing.py signs it a moment later.
import fs from 'fs';
import hashing from 'crypto';

const digests = crypto.subtle;
const METHODS = {GET: 'safe', POST: 'unsafe', PUT: 'unsafe', PATCH: 'unsafe', DELETE: 'unsafe'};
// rules/addresses.py: a path of such signs is in normal form as it stands.
const NORMAL = /^(?:\/[A-Za-z0-9_~!$&'()*+,=:@-][A-Za-z0-9._~!$&'()*+,;=:@-]*)+$/;
const QUERY = /^(?:[!"$-&(-~']|%[0-9A-Fa-f]{2})*$/;
const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
const PRINTABLE = /^[\x20-\x7e\t\r\n]*$/;
// A token's shape (rules/tokens.py): what has another is not worth asking about.
const TOKEN = /^bearer [A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}$/i;
const PLAIN_CONNECTION = /^(?:keep-alive|close)?$/i;
const JSON_MEDIA = /^application\/(?:[a-z0-9.-]+\+)?json\s*(?:;\s*charset=utf-8\s*)?$/i;
const NOTHING = 'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce' +
    '47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e';
const HOP = {'connection': 1, 'keep-alive': 1, 'proxy-authenticate': 1, 'proxy-authorization': 1, 'proxy-connection': 1,
    'te': 1, 'trailer': 1, 'transfer-encoding': 1, 'upgrade': 1, 'content-length': 1, 'host': 1, 'expect': 1};
const OURS = {'x-road-client': 1, 'x-road-service': 1, 'x-road-id': 1, 'x-road-request-id': 1, 'x-road-request-hash': 1};
const FAILED = 'Server.ServerProxy.ServiceFailed.';
const SENTENCES = {
    RateLimit: ['Server.ServerProxy.AccessDenied.RateLimit', 429, 'Đã gọi quá số lần thoả thuận cho mỗi phút.'],
    CircuitOpen: [FAILED + 'CircuitOpen', 503, 'Bên cung cấp đang gián đoạn; hãy gọi lại sau ít giây.'],
    NetworkError: [FAILED + 'NetworkError', 502, 'Không gọi được bên cung cấp.'],
    Cut: [FAILED + 'NetworkError', 502, 'Câu trả lời của bên cung cấp bị cắt ngang.'],
    Timeout: [FAILED + 'Timeout', 504, 'Bên cung cấp không trả lời kịp.'],
    TooLarge: [FAILED + 'AnswerTooLarge', 502, 'Câu trả lời quá lớn để lọc trường theo thoả thuận.'],
    Internal: ['Server.ServerProxy.InternalError', 500, 'Nền tảng gặp lỗi.']
};

function has(object, name) {
    return Object.prototype.hasOwnProperty.call(object, name);
}

function sha256(text) {
    return hashing.createHash('sha256').update(text).digest('hex');
}

// SHA-256 of the client's certificate; "" without one that our authority signed.
function thumbprint(r) {
    if (r.variables.ssl_client_verify !== 'SUCCESS') {
        return '';
    }
    const lines = r.variables.ssl_client_raw_cert.split('-----');
    return hashing.createHash('sha256').update(Buffer.from(lines[2].replace(/\s/g, ''), 'base64')).digest('hex');
}

// The request as it came, one header a line (rules/receipts.py headers_digest).
function asCame(r) {
    const raw = r.rawHeadersIn;
    let text = r.variables.request + '\r\n';
    for (let i = 0; i < raw.length; i++) {
        text += raw[i][0] + ': ' + raw[i][1] + '\r\n';
    }
    return text;
}

// Notes the digest of the request's headers for a call that goes to the embedded plane without being read here.
async function digest(r) {
    const found = await digests.digest('SHA-512', Buffer.from(asCame(r)));
    r.variables.tinhso_digest = Buffer.from(found).toString('hex');
    r.return(204);
}

// The registry as the plane behind us heard it: is ours the same, and how old is its word?
function isCurrent() {
    const heard = fs.readFileSync(tinhso_policy.heard, 'utf8').split(' ');
    return heard[0] === tinhso_policy.version && Date.now() / 1000 - Number(heard[1]) < tinhso_policy.stale;
}

// Headers in lower case when each stands once, all are plain text and none is of this hop only; else null.
function headersOnce(r) {
    const raw = r.rawHeadersIn, found = {};
    for (let i = 0; i < raw.length; i++) {
        const name = raw[i][0].toLowerCase();
        if (has(found, name)) {
            return null;
        }
        found[name] = raw[i][1];
    }
    return PLAIN_CONNECTION.test(found.connection || '') ? found : null;
}

function said(value, most) {
    return value.indexOf('%') < 0 ? value.slice(0, most).trim() : decodeURIComponent(value).slice(0, most).trim();
}

function matched(operations, method, path) {
    const parts = path.slice(1).split('/');
    for (let i = 0; i < operations.length; i++) {
        const one = operations[i];
        if (one.method !== method || one.path.length !== parts.length) {
            continue;
        }
        let fits = true;
        for (let k = 0; k < parts.length && fits; k++) {
            fits = one.path[k] === null ? parts[k] !== '' : one.path[k] === parts[k];
        }
        if (fits) {
            return one;
        }
    }
    return null;
}

// What the call asks for and by which agreement it passes, all but the proof; null when we cannot say.
function granted(r, headers, now) {
    const target = r.variables.request_uri, mark = target.indexOf('?');
    const path = mark < 0 ? target : target.slice(0, mark), query = mark < 0 ? '' : target.slice(mark);
    if (!has(METHODS, r.method) || target.length > 8192 || !NORMAL.test(path) || target.indexOf('#') >= 0 ||
            !QUERY.test(query) || BROKEN_ESCAPE.test(query)) {
        return null;
    }
    const parts = path.slice(1).split('/'), client = headers['x-road-client'] || '';
    if (parts[0] !== 'r1' || parts.length < 6 || !has(tinhso_policy.clients, client)) {
        return null;
    }
    let name = parts.slice(1, 6).join('/'), below = 6;
    if (!has(tinhso_policy.services, name)) {
        name += '/' + (parts[6] || '');
        below = 7;
    }
    if (!has(tinhso_policy.services, name)) {
        return null;
    }
    const service = tinhso_policy.services[name], both = client + ' ' + name;
    const rest = '/' + parts.slice(below).join('/');
    if (!has(tinhso_policy.agreements, both) || (service.until && service.until <= now)) {
        return null;
    }
    const agreement = tinhso_policy.agreements[both], operation = matched(service.operations, r.method, rest);
    if (!operation || !has(agreement.operations, operation.name) ||
            now < agreement.from || (agreement.until && now >= agreement.until)) {
        return null;
    }
    const purpose = said(headers['x-tinhso-purpose'] || '', 500);
    const dossier = said(headers['x-tinhso-dossier'] || headers['x-road-issue'] || '', 60);
    if ((!purpose && (agreement.purpose || service.purpose)) || (!dossier && (agreement.dossier || service.dossier))) {
        return null;
    }
    return {client: client, name: name, service: service, agreement: agreement, operation: operation, purpose: purpose,
        dossier: dossier, target: (rest === '/' ? '' : rest) + query};
}

// Does the connection's certificate, or a token by the word of the plane behind us, prove this client?
async function isProved(r, headers, client, now) {
    if (headers.authorization) {
        if (!TOKEN.test(headers.authorization)) {
            return false;
        }
        const reply = await r.subrequest('/_tinhso/proof', {method: 'GET'});
        return reply.status === 200 && reply.headersOut['X-Tinhso-Holder'] === client;
    }
    const mark = r.variables.tinhso_thumbprint;
    if (!mark || !has(tinhso_policy.keys, mark)) {
        return false;
    }
    const key = tinhso_policy.keys[mark];
    return key.holder === client && key.from <= now && now < key.until && !(key.revoked && key.revoked <= now);
}

async function call(r) {
    const v = r.variables, now = Date.now() / 1000;
    const text = asCame(r);
    const digested = await digests.digest('SHA-512', Buffer.from(text));
    const hashed = Buffer.from(digested);
    v.tinhso_digest = hashed.toString('hex');
    let way = null;
    try {
        const headers = PRINTABLE.test(text) && isCurrent() ? headersOnce(r) : null;
        way = headers && granted(r, headers, now);
        if (way) {
            const proved = await isProved(r, headers, way.client, now);
            way = proved ? way : null;
        }
        if (way) {
            way.messageId = (headers['x-road-id'] || '').slice(0, 200);
            way.ours = way.operation.ours && isCurrent();  // it may have changed while the token was proved
        }
    } catch (e) {
        r.log('behind: ' + e);
        way = null;
    }
    if (!way) {
        r.internalRedirect('/_tinhso/behind');
        return;
    }
    try {
        v['tinhso_rate_' + way.agreement.rate] = String(way.agreement.id);
        await hash(r, way, hashed);
        if (way.ours) {
            await serve(r, way);
        } else {
            await handOn(r, way);
        }
    } catch (e) {
        r.error('call ' + v.request_id + ': ' + e);
        if (!way.kept) {
            r.headersOut['X-Road-Error'] = SENTENCES.Internal[0];
            r.return(503, 'no receipt could be kept');
        }
    }
}

// The plane behind serves it, but its rate is counted where all calls of the agreement are.
async function handOn(r, way) {
    const counted = await r.subrequest('/_tinhso/count', {method: 'GET'});
    if (counted.variables.limit_req_status === 'REJECTED') {
        refuse(r, way, SENTENCES.RateLimit, '', Math.ceil(60 / way.agreement.rate) + 1);
        return;
    }
    r.variables.tinhso_rated = String(way.agreement.id);
    r.internalRedirect('/_tinhso/behind');
}

async function hash(r, way, hashed) {
    const id = r.variables.request_id;
    way.uid = id.slice(0, 8) + '-' + id.slice(8, 12) + '-4' + id.slice(13, 16) + '-' +
        '89ab'[parseInt(id[16], 16) & 3] + id.slice(17, 20) + '-' + id.slice(20);
    way.messageId = way.messageId || way.uid;
    way.request = {algorithm: 'SHA-512', headers: hashed.toString('hex'), body: NOTHING, message: '', bytes: 0};
    let message = hashed;
    if (r.requestBuffer && r.requestBuffer.length) {
        const body = await digests.digest('SHA-512', r.requestBuffer);
        const both = await digests.digest('SHA-512', Buffer.concat([hashed, Buffer.from(body)]));
        way.request.body = Buffer.from(body).toString('hex');
        way.request.bytes = r.requestBuffer.length;
        message = Buffer.from(both);
    }
    way.request.message = message.toString('hex');
    way.hash = message.toString('base64');
    way.provider_ms = null;
}

async function serve(r, way) {
    const v = r.variables;
    if (fs.statSync(tinhso_policy.breakers + way.service.id, {throwIfNoEntry: false})) {
        refuse(r, way, SENTENCES.CircuitOpen, '', tinhso_policy.pause);
        return;
    }
    v.tinhso_target = (METHODS[r.method] === 'safe' ? way.service.base : way.service.once) + way.target;
    v.tinhso_name = way.service.name;
    v.tinhso_host = way.service.host;
    v.tinhso_client = way.client;
    v.tinhso_service = way.name;
    v.tinhso_id = way.messageId;
    v.tinhso_uid = way.uid;
    const place = '/_tinhso/' + METHODS[r.method] + '/' + way.service.timeout;
    const reply = await r.subrequest(place, {method: r.method});
    const from = reply.variables;
    if (from.limit_req_status === 'REJECTED') {
        refuse(r, way, SENTENCES.RateLimit, '', Math.ceil(60 / way.agreement.rate) + 1);
        return;
    }
    const took = (from.upstream_response_time || '').split(/[ ,:]+/).pop();
    if (!from.upstream_header_time || from.upstream_header_time.split(/[ ,:]+/).pop() === '-') {
        const which = reply.status === 504 ? SENTENCES.Timeout : SENTENCES.NetworkError;
        refuse(r, way, which, '', 0);
        return;
    }
    way.provider_ms = Number(took) * 1000;
    await answer(r, way, reply);
}

// A provider's answer: within its length, as its contract says, only granted fields.
async function answer(r, way, reply) {
    const body = reply.responseBuffer, length = reply.variables.upstream_http_content_length;
    const size = body ? body.length : 0;
    if (reply.status !== Number(reply.variables.upstream_status.split(/[ ,:]+/).pop())) {
        refuse(r, way, SENTENCES.TooLarge, '', 0);
        return;
    }
    if (length && Number(length) !== size && reply.status !== 204 && reply.status !== 304) {
        refuse(r, way, SENTENCES.Cut, '', 0);
        return;
    }
    let text = easily(reply, way, body, size);
    if (text === null) {
        const judged = await behind(r, way, reply, body);
        if (judged.status !== 200 && judged.status !== 422) {  // nobody is there to judge: nothing leaves
            refuse(r, way, SENTENCES.Internal, '', 0);
            return;
        }
        if (judged.status === 422) {
            const why = JSON.parse(judged.responseText);
            refuse(r, way, [why.type, why.status, why.message], why.breach, 0);
            return;
        }
        text = judged.responseText;
    }
    const hashed = await digests.digest('SHA-256', Buffer.from(text));
    send(r, way, reply.status, passedOn(reply), text, Buffer.from(hashed), '', '');
}

// Bytes that were no UTF-8 and escapes of half signs are read by the plane behind us.
function isHard(text) {
    return text.indexOf('\ufffd') >= 0 || text.indexOf('\\ud') >= 0 || text.indexOf('\\uD') >= 0;
}

// The answer's text when everything about it is plain; null when the plane behind us must judge.
function easily(reply, way, body, size) {
    const operation = way.operation;
    if (reply.status < 200 || reply.status > 299 || !operation.easy || size > 262144) {
        return null;
    }
    if (!size) {
        return reply.status === 200 ? null : '';
    }
    const text = body.toString('utf8');
    if (!JSON_MEDIA.test(reply.headersOut['Content-Type'] || '') || isHard(text)) {
        return null;
    }
    try {
        const value = JSON.parse(text);
        if (operation.answer && !fits(value, operation.answer)) {
            return null;
        }
        return operation.filters ? JSON.stringify(cut(value, way.agreement.fields)) : text;
    } catch (e) {
        return null;
    }
}

// A whole that was granted; a number that a double cannot hold would not leave as it came.
function whole(value) {
    if (typeof value === 'number' && !(value <= 9007199254740991 && value >= -9007199254740991)) {
        throw new Error('a number beyond a double');
    }
    if (value !== null && typeof value === 'object') {
        Object.keys(value).forEach((name) => whole(value[name]));
    }
    return value;
}

// rules/fields.py
function cut(value, tree) {
    if (tree === null) {
        return whole(value);
    }
    if (Array.isArray(value)) {
        return value.map((one) => cut(one, tree));
    }
    if (value === null || typeof value !== 'object') {
        return null;
    }
    const found = {}, names = Object.keys(tree);
    for (let i = 0; i < names.length; i++) {
        if (has(value, names[i])) {
            found[names[i]] = cut(value[names[i]], tree[names[i]]);
        }
    }
    return found;
}

function isOf(value, type) {
    switch (type) {
    case 'object': return value !== null && typeof value === 'object' && !Array.isArray(value);
    case 'array': return Array.isArray(value);
    case 'null': return value === null;
    case 'integer': return typeof value === 'number' && value % 1 === 0;
    default: return typeof value === type;
    }
}

// A schema of the few words that policy.py lets through; says yes only to what every validator says yes to.
function fits(value, schema) {
    if (schema === true) {
        return true;
    }
    if (has(schema, 'type')) {
        const types = Array.isArray(schema.type) ? schema.type : [schema.type];
        if (!types.some((type) => isOf(value, type))) {
            return false;
        }
    }
    if (has(schema, 'enum') && schema.enum.indexOf(value) < 0) {
        return false;
    }
    if (typeof value === 'number') {
        return !(value < schema.minimum || value > schema.maximum);
    }
    if (typeof value === 'string') {
        return !(value.length < schema.minLength || value.length > schema.maxLength);
    }
    if (Array.isArray(value)) {
        return !(value.length < schema.minItems || value.length > schema.maxItems) &&
            (!has(schema, 'items') || value.every((one) => fits(one, schema.items)));
    }
    return value === null || typeof value !== 'object' || fitsObject(value, schema);
}

function fitsObject(value, schema) {
    if (has(schema, 'required') && !schema.required.every((name) => has(value, name))) {
        return false;
    }
    const known = schema.properties || {}, names = Object.keys(value);
    for (let i = 0; i < names.length; i++) {
        if (has(known, names[i])) {
            if (!fits(value[names[i]], known[names[i]])) {
                return false;
            }
        } else if (schema.additionalProperties === false) {
            return false;
        }
    }
    return true;
}

async function behind(r, way, reply, body) {
    r.variables.tinhso_judged = [way.client, way.name, way.operation.name].map(encodeURIComponent).join(' ');
    r.variables.tinhso_status = String(reply.status);
    r.variables.tinhso_media = reply.headersOut['Content-Type'] || '';
    return r.subrequest('/_tinhso/judge', {method: 'POST', body: body || ''});
}

// End-to-end headers of the provider's answer, without what is ours to say.
function passedOn(reply) {
    const raw = reply.rawHeadersOut, found = [], gone = {};
    (reply.variables.upstream_http_connection || '').split(',').forEach((name) => {
        gone[name.trim().toLowerCase()] = 1;
    });
    let hasMedia = false;
    for (let i = 0; i < raw.length; i++) {
        const name = raw[i][0].toLowerCase();
        hasMedia = hasMedia || name === 'content-type';
        if (!has(HOP, name) && !has(OURS, name) && !has(gone, name)) {
            found.push([raw[i][0], raw[i][1]]);
        }
    }
    if (!hasMedia && reply.headersOut['Content-Type']) {
        found.push(['Content-Type', reply.headersOut['Content-Type']]);
    }
    return found;
}

function refuse(r, way, what, breach, retryAfter) {
    const body = JSON.stringify({type: what[0], message: what[2], detail: way.uid});
    const headers = [['Content-Type', 'application/json'], ['X-Road-Error', what[0]]];
    if (retryAfter) {
        headers.push(['Retry-After', String(retryAfter)]);
    }
    if (what === SENTENCES.RateLimit) {
        headers.push(['X-Tinhso-Receipt', 'shared']);
    }
    const hashed = Buffer.from(sha256(body), 'hex');
    send(r, way, what[1], headers, body, hashed, what[0], breach || '');
}

// The receipt's text is in the spool before the first byte of the answer leaves.
function send(r, way, status, headers, body, hashed, error, breach) {
    const v = r.variables;
    headers.push(['X-Road-Client', way.client], ['X-Road-Service', way.name], ['X-Road-Id', way.messageId],
        ['X-Road-Request-Id', way.uid], ['X-Road-Request-Hash', way.hash]);
    let said = status + '\r\n', set = {};
    for (let i = 0; i < headers.length; i++) {
        const name = headers[i][0];
        said += name + ': ' + headers[i][1] + '\r\n';
        set[name] = has(set, name) ? [].concat(set[name], headers[i][1]) : headers[i][1];
    }
    const names = Object.keys(set);
    const top = Buffer.from(sha256(said), 'hex');
    const took = Number(v.request_time) * 1000;
    const receipt = {
        v: 2, id: way.uid, message_id: way.messageId, at: Date.now() - took, client: way.client, service: way.name,
        service_id: way.service.id, agreement: way.agreement.id, method: r.method, operation: way.operation.name,
        status: status, error: error, duration_ms: took, provider_ms: way.provider_ms, purpose: way.purpose,
        dossier: way.dossier, breach: breach, cached: false, request: way.request,
        answer: {
            algorithm: 'SHA-256', headers: top.toString('hex'), body: hashed.toString('hex'),
            message: sha256(Buffer.concat([top, hashed])), bytes: Buffer.byteLength(body)
        }
    };
    // A line that was cut short by a full disk ends here, so it cannot spoil the next one.
    fs.appendFileSync(tinhso_policy.spool + process.pid + '.open', '\n' + JSON.stringify(receipt) + '\n',
        {flag: tinhso_policy.flag, mode: 0o600});
    way.kept = true;
    for (let i = 0; i < names.length; i++) {
        r.headersOut[names[i]] = set[names[i]];
    }
    // njs would take the text of a redirection for an address, and nginx has words of its own for an empty refusal.
    if (!body.length || (status >= 301 && status <= 308)) {
        r.status = status;
        r.headersOut['Content-Length'] = String(Buffer.byteLength(body));
        r.sendHeader();
        if (body.length) {
            r.send(body);
        }
        r.finish();
        return;
    }
    r.return(status, body);
}

// What nginx itself refuses before anybody reads it: X-Road's type for it.
function badType(r) {
    const target = (r.variables.request || '').split(' ')[1] || '';
    const isPath = target && (!NORMAL.test(target.split('?')[0]) || target.indexOf('/r1/') !== 0);
    return 'Client.BadRequest' + (isPath ? '.Path' : '');
}

export default {badType, call, digest, thumbprint};
