'use strict';

// The page shows one conversation as one member sees it. The server tells by
// /events that something changed; the page then fetches /state anew.

const $ = id => document.getElementById(id);
const view = { chat: '', as: '', quote: '', seen: '', chosen: new Map() };

// el makes an element: el('div.name', 'text', child, ...).
function el(spec, ...children) {
  const [tag, ...classes] = spec.split('.');
  const e = document.createElement(tag);
  e.className = classes.join(' ');
  e.append(...children.filter(c => c !== null && c !== undefined && c !== ''));
  return e;
}

function avatar(name, bot) {
  let n = 0;
  for (const c of name) n = (n * 31 + c.codePointAt(0)) % 7;
  return el('div.avatar.' + (bot ? 'bot' : 'c' + n), bot ? '盾' : name.slice(0, 1));
}

let toastTimer;
function toast(text) {
  $('toast').textContent = text;
  $('toast').hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $('toast').hidden = true; }, 3500);
}

async function post(path, body) {
  try {
    const r = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    if (!r.ok) { toast((await r.text()).trim()); return null; }
    return r.status === 204 ? {} : await r.json();
  } catch {
    toast('模拟平台没有回应。');
    return null;
  }
}

function go(chat, as) {
  if (chat !== view.chat) { view.seen = ''; unquote(); }
  view.chat = chat;
  if (as) view.as = as;
  drawer(false);
  refresh();
}

function drawer(open) {
  $('list').classList.toggle('open', open);
  $('shade').hidden = !open;
}

let running = false, again = false;
async function refresh() {
  if (running) { again = true; return; }
  running = true;
  try {
    do {
      again = false;
      const q = new URLSearchParams({ chat: view.chat, as: view.as });
      show(await (await fetch('/state?' + q)).json());
    } while (again);
  } catch {
    $('link').textContent = '模拟平台已关闭';
    $('link').classList.remove('on');
  } finally {
    running = false;
  }
}

function show(s) {
  const on = s.bots.some(b => b.connected);
  $('link').textContent = document.body.dataset.bot + (on ? ' 已连接' : ' 未连接');
  $('link').classList.toggle('on', on);
  fillDoors(s.doors);
  const chats = s.chats || [];
  $('chats').replaceChildren(...chats.map(chatLine));
  const chat = chats.find(c => c.id === view.chat);
  if (!chat) {
    if (chats.length && !view.chat) go(chats[0].id);
    else if (!chats.length) $('messages').replaceChildren(el('p.empty', '还没有群。'));
    return;
  }
  if (!s.members.some(m => m.id === view.as)) {
    view.as = s.members.length ? s.members[0].id : '';
    refresh(); // as that member sees it
  }
  history.replaceState(null, '', '#' + new URLSearchParams({ chat: view.chat, as: view.as }));
  $('title').textContent = chat.private ? chat.name + ' 与 ' + chat.with : chat.name + '（' + chat.people + '）';
  $('compose').hidden = false;
  $('mention').hidden = chat.private;
  fillMembers(s.members);
  showMessages(s.messages);
}

function chatLine(c) {
  const name = (c.private ? (c.with === document.body.dataset.bot ? '私聊' : c.with) + ' · ' : '') + c.name;
  const line = el('button.chat', avatar(c.name, false),
    el('div.what', el('div.top', el('span.name', name), el('span.time', c.time)), el('div.last', c.last || '还没有消息')));
  line.type = 'button';
  line.setAttribute('aria-current', String(c.id === view.chat));
  line.onclick = () => go(c.id);
  return line;
}

// fillDoors lists whom one can talk to alone. It is hidden while that is the bot
// only.
function fillDoors(doors) {
  const key = doors.map(d => d.id).join('\n');
  if ($('with').dataset.key === key) return;
  $('with').dataset.key = key;
  $('with').replaceChildren(new Option(document.body.dataset.bot, ''), ...doors.map(d => new Option(d.name, d.id)));
  $('with').hidden = doors.length === 0;
}

function fillMembers(members) {
  const key = members.map(m => m.id).join('\n');
  if ($('as').dataset.key !== key) {
    $('as').dataset.key = key;
    $('as').replaceChildren(...members.map(m => new Option(m.name || m.id, m.id)));
  }
  $('as').value = view.as;
}

function showMessages(messages) {
  const box = $('messages');
  const state = JSON.stringify([view.chat, view.as, messages]);
  if (state === view.seen) return;
  const follow = view.seen === '' || box.scrollHeight - box.scrollTop - box.clientHeight < 120;
  view.seen = state;
  const nodes = [];
  let day = '';
  for (const m of messages) {
    if (m.day !== day) nodes.push(el('div.day', day = m.day));
    nodes.push(message(m));
  }
  box.replaceChildren(...(nodes.length ? nodes : [el('p.empty', '还没有消息。')]));
  if (follow) box.scrollTop = box.scrollHeight;
}

function message(m) {
  const by = el('div.by', m.name + ' ' + m.time);
  const reply = el('button', '引用');
  reply.type = 'button';
  reply.onclick = () => quote(m);
  by.append(reply);
  const body = el('div.body', by);
  if (m.card) body.append(card(m));
  else {
    const bubble = el('div.bubble');
    if (m.file) bubble.append(file(m.file));
    else bubble.innerHTML = m.html || ''; // escaped by the server
    body.append(bubble);
  }
  if (m.quote) body.append(el('div.quote', '引用：' + m.quote));
  if (m.open) body.append(el('div.writing', '正在输入…'));
  return el('div.message' + (m.mine ? '.mine' : ''), avatar(m.name, m.bot), body);
}

// file draws a named line that saves the file.
function file(f) {
  const link = el('a.file', el('span.kind', f.kind), el('span.filename', f.name), el('span.size', f.size + ' · 下载'));
  link.href = f.url;
  link.download = f.name;
  return link;
}

function card(m) {
  const c = m.card;
  const inner = el('div.inner');
  for (const [cls, text] of [['source', c.Source], ['title', c.Title], ['desc', c.Desc], ['text', c.Body]]) {
    if (text) inner.append(el('div.' + cls, text));
  }
  if (c.Fields) {
    const dl = el('dl');
    for (const f of c.Fields) dl.append(el('dt', f.Name), el('dd', f.Value));
    inner.append(dl);
  }
  for (const q of c.Questions || []) inner.append(question(m, q));
  const box = el('div.card', inner);
  if (c.Buttons) {
    box.append(el('div.buttons', ...c.Buttons.map(b => {
      const button = el('button.s' + b.Style, b.Text);
      button.type = 'button';
      button.onclick = () => press(m, b);
      return button;
    })));
  }
  return box;
}

// question draws one question of a card. What was chosen outlives redrawing.
function question(m, q) {
  const key = [view.as, m.id, q.Key].join('\n');
  if (!view.chosen.has(key)) view.chosen.set(key, (q.Options || []).filter(o => o.Chosen).map(o => o.ID));
  const set = el('fieldset', q.Title ? el('legend', q.Title) : '');
  set.disabled = q.Disabled;
  for (const o of q.Options || []) {
    const input = el('input');
    input.type = q.Multiple ? 'checkbox' : 'radio';
    input.name = key;
    input.checked = view.chosen.get(key).includes(o.ID);
    input.onchange = () => {
      const rest = q.Multiple ? view.chosen.get(key).filter(id => id !== o.ID) : [];
      view.chosen.set(key, input.checked ? [...rest, o.ID] : rest);
    };
    set.append(el('label', input, ' ' + o.Text));
  }
  return set;
}

function press(m, b) {
  if (b.URL) { toast('此按钮打开链接：' + b.URL); return; }
  const selected = (m.card.Questions || []).map(q => ({ Question: q.Key, Options: view.chosen.get([view.as, m.id, q.Key].join('\n')) || [] }));
  post('/click', { chat: view.chat, as: view.as, task: m.card.TaskID, key: b.Key, selected });
}

function quote(m) {
  view.quote = m.id;
  $('quote').hidden = false;
  $('quote').firstElementChild.textContent = '引用 ' + m.name + ' 的消息';
  $('text').focus();
}

function unquote() {
  view.quote = '';
  $('quote').hidden = true;
}

function grow() {
  $('text').style.height = 'auto';
  $('text').style.height = Math.min($('text').scrollHeight + 2, 140) + 'px';
}

$('quote').lastElementChild.onclick = unquote;
$('menu').onclick = () => drawer(true);
$('shade').onclick = () => drawer(false);
$('as').onchange = () => { view.as = $('as').value; view.seen = ''; refresh(); };
$('text').oninput = grow;
$('text').onkeydown = e => {
  if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); $('compose').requestSubmit(); }
};
$('mention').onclick = () => {
  const at = '@' + document.body.dataset.bot + ' ';
  if (!$('text').value.includes(at)) $('text').value = at + $('text').value;
  $('text').focus();
};
$('compose').onsubmit = async e => {
  e.preventDefault();
  const text = $('text').value;
  if (!text.trim()) return;
  if (await post('/say', { chat: view.chat, as: view.as, text, quote: view.quote })) {
    $('text').value = '';
    grow();
    unquote();
    $('messages').scrollTop = $('messages').scrollHeight;
  }
};
$('private').onsubmit = async e => {
  e.preventDefault();
  const typed = $('person').value.trim();
  const option = [...$('people').options].find(o => o.value === typed || o.dataset.id === typed || o.dataset.name === typed);
  if (!option) { toast('没有这位成员。'); return; }
  const opened = await post('/enter', { as: option.dataset.id, with: $('with').value });
  if (opened) { $('person').value = ''; go(opened.chat, option.dataset.id); }
};

async function start() {
  const asked = new URLSearchParams(location.hash.slice(1));
  view.chat = asked.get('chat') || '';
  view.as = asked.get('as') || '';
  const people = await (await fetch('/people')).json();
  $('people').replaceChildren(...people.map(m => {
    const o = new Option('', m.name + '（' + m.id + '）');
    o.dataset.id = m.id;
    o.dataset.name = m.name;
    return o;
  }));
  new EventSource('/events').onmessage = refresh;
}
start();
