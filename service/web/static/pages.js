// What pages do beyond links and forms; each works without it.

const KEY = "quotes-key";

/* Parts of pages */

async function fetchPart(address) {
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  // The session is over: the page itself then asks to sign in.
  if (response.status === 401) location.reload();
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

function openPlaces(root) {
  for (const details of root.querySelectorAll("details[data-part]")) {
    details.addEventListener("toggle", async () => {
      const part = await fetchPart(details.dataset.part);
      details.lastElementChild.replaceWith(part.querySelector(".part"));
    }, { once: true });
  }
}

/* The first article of a part may be the last of the list. */
function addGroups(list, groups) {
  const last = list.lastElementChild;
  if (last && groups[0]?.dataset.article === last.dataset.article) {
    last.querySelector("ol").append(...groups.shift().querySelectorAll(".result"));
  }
  list.append(...groups);
}

function readOn(list) {
  const status = document.querySelector("[data-status]");
  const waiting = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) addPart(entry.target);
  }, { rootMargin: "400px" });

  let reading = false;

  async function addPart(link) {
    waiting.unobserve(link);
    // A click may come while the part is already on its way, as its link is near.
    if (reading) return;
    reading = true;
    const part = await fetchPart(link.dataset.part).finally(() => (reading = false));
    const quotes = [...part.querySelectorAll(".result")];
    addGroups(list, [...part.querySelectorAll(".group")]);
    quotes.forEach(openPlaces);
    quotes.forEach(offerCitations);
    status.textContent = `${quotes.length} more quotes, ${list.querySelectorAll(".result").length} in all`;
    const following = part.querySelector("a[rel=next]");
    if (!following) return link.parentElement.remove();
    const hadFocus = document.activeElement === link;
    link.replaceWith(following);
    if (hadFocus) following.focus();
    watch(following);
  }

  function watch(link) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      addPart(link);
    }, { once: true });
    waiting.observe(link);
  }

  const link = document.querySelector("a[rel=next][data-part]");
  if (link) watch(link);
}

/* Marked texts */

function lightQuotes() {
  const parts = [...document.querySelectorAll("[data-quote]")];
  const numbersOf = (part) => part.dataset.quote.trim().split(" ");
  const light = (event) => {
    const part = event.target.closest?.("[data-quote]");
    // A mention may name the speaker of several quotes; words are of one.
    const wanted = new Set(part ? numbersOf(part) : []);
    for (const each of parts) each.classList.toggle("lit", numbersOf(each).some((number) => wanted.has(number)));
  };
  document.addEventListener("mouseover", light);
  document.addEventListener("focusin", light);
}

/* Corrections */

function offerCorrections(template) {
  for (const place of document.querySelectorAll("[data-correct]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Fix this";
    button.setAttribute("aria-label", `Fix this: quote ${place.parentElement.dataset.quote}`);
    button.addEventListener("click", () => openCorrection(template, place, button));
    place.append(button);
  }
}

function openCorrection(template, place, button) {
  const form = template.content.cloneNode(true).firstElementChild;
  form.elements.speaker.value = place.dataset.speaker;
  form.elements.key.value = sessionStorage.getItem(KEY) ?? "";
  const close = () => {
    form.remove();
    button.hidden = false;
    button.focus();
  };
  form.querySelector("[data-cancel]").addEventListener("click", close);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    saveCorrection(place, form);
  });
  button.hidden = true;
  place.append(form);
  form.elements.speaker.focus();
}

function chooseSpeaker(name) {
  const known = [...document.querySelectorAll("#speakers option")].find((option) => option.value === name);
  return known ? { id: known.dataset.id } : { name };
}

async function saveCorrection(place, form) {
  const { speaker, reason, rejected, key } = form.elements;
  const change = { reason: reason.value };
  const name = speaker.value.trim();
  if (rejected.checked) change.rejected = true;
  else if (name !== place.dataset.speaker) change.speaker = name ? chooseSpeaker(name) : null;
  const headers = { "Content-Type": "application/json" };
  if (key.value) headers.Authorization = `Bearer ${key.value}`;
  const error = form.querySelector(".error");
  try {
    const response = await fetch(place.dataset.correct, { method: "PATCH", headers, body: JSON.stringify(change) });
    if (response.ok) {
      if (key.value) sessionStorage.setItem(KEY, key.value);
      location.reload();
      return;
    }
    if (response.status === 401 || response.status === 403) {
      form.querySelector("[data-key]").hidden = false;
      key.focus();
    }
    error.textContent = (await response.json()).detail;
  } catch (failure) {
    error.textContent = `Not saved: ${failure.message}`;
  }
}

/* Copying */

function offerCopies() {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = "Copied";
    });
  }
}

function offerCitations(root) {
  for (const link of root.querySelectorAll("a[data-cite]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy the quote with its citation");
    button.addEventListener("click", async () => {
      const page = await fetchPart(link.href);
      await navigator.clipboard.writeText(page.getElementById("cite-1").textContent);
      button.textContent = "Copied";
    });
    link.after(" ", button);
  }
}

const results = document.getElementById("results");
const correction = document.getElementById("correction");
openPlaces(document);
if (results) readOn(results);
if (document.querySelector("[data-quote]")) lightQuotes();
if (correction) offerCorrections(correction);
offerCopies();
offerCitations(document);
