// Every English sentence of the client, under the keys of `fr.ts`.

import type { Words } from "./fr";

const count = new Intl.NumberFormat("en");
const s = (n: number, one: string, other: string) => `${count.format(n)} ${n === 1 ? one : other}`;

export const en: Words = {
  language: "en",
  name: "Palier",
  skip: { label: "Shortcuts", messages: "Go to messages", write: "Write", alert: "Alert" },
  bar: {
    label: "Navigation", street: "My street", neighbourhood: "Neighbourhood", messages: "Messages", alert: "Alert", around: "Around",
    neighbours: "Neighbours", menu: "Menu", search: "Search", me: "Me", back: "Back", aroundMe: "Around me",
    theNeighbourhood: "The neighbourhood", alerts: "Alerts and news", groups: "Groups",
    unread: (n) => (n >= 100 ? "more than 99 new messages" : s(n, "new message", "new messages")),
  },
  title: {
    welcome: "Welcome", signUp: "Sign up", signIn: "Sign in", stay: "Stay", code: "My code", position: "My location",
    neighboursWay: "Two neighbours know me", card: "A card by post", vouch: "Vouch", messages: "Messages",
    groups: "Groups", pets: "My pets", map: "Map", raise: "Alert", review: "Check", alertPage: "Alert", info: "Official news", around: "Around", alert: "Alert", neighbours: "Neighbours", search: "Search", me: "Me", privacy: "Privacy", account: "My account",
    notifications: "Notifications", install: "Install Palier", why: "Why?", devices: "Devices", confirm: "My e-mail", password: "Password", notMe: "This is not me", conversation: "Conversation", lost: "Page not found", rules: "Rules of the landing", accessibility: "Accessibility",
  },
  welcome: {
    sentence: "Your street, your neighbours, and the alerts that concern you.",
    more: "Palier links the people of one street. Nothing to install, no advertising.",
    where: "Where do you live?", secret: "Your number stays private: nobody will see it.",
    member: "I already have an account", points: ["Say hello to your street", "A lost cat? The whole neighbourhood looks", "The town hall tells, nobody spies"],
  },
  address: {
    hint: "Your street’s name", found: (n) => (n === 0 ? "No address" : s(n, "address", "addresses")),
    missing: "My address is not here", number: "Number", street: "Street", postcode: "Postcode", city: "Town", chosen: "Your address",
    change: "Change", manual: "Write your address", next: "Continue", door: "Flat, or name on the letter box", doorWhy: "Optional. It tells the households of one building apart.",
  },
  signUp: {
    who: "What do people call you?", displayName: "Your name", displayNameWhy: "Your neighbours will see it. A first and a last name, as on the doorbell.",
    email: "Your e-mail", password: "A password", passwordWhy: "At least 12 characters. A sentence will do.",
    age: "I am 15 or over", enter: "Come in", step: (n) => `Step ${n} of 2`,
    ageNeeded: "Palier opens at 15.", nameNeeded: "Say what people call you.", emailNeeded: "This e-mail is not in the right form.",
    passwordNeeded: "At least 12 characters are needed.",
  },
  signIn: {
    enter: "Sign in", email: "E-mail", password: "Password", newcomer: "I have no account yet", forgot: "Forgot your password?", kept: "Your unsent messages are kept here.",
  },
  mail: {
    confirm: "Confirm my e-mail", confirmed: "Thank you, your e-mail is confirmed.", dead: "This link is no longer valid. Ask for a new one.",
    forgotWhy: "Tell your e-mail: we send it a link, good for 15 minutes.", send: "Send the link", sent: "If there is an account, the link is on its way. Look at your e-mail.",
    choose: "Choose a new password", save: "Save", saved: "Done. Sign in with the new password.",
  },
  visit: {
    left: (hours) => `Visit: ${hours} h left`, leftMinutes: (minutes) => `Visit: ${minutes} min left`,
    why: "You are reading. To write, stay.", stay: "Stay", cannotWrite: "You can write as soon as your address is confirmed.",
    over: "Your visit is over. Confirm your address to come back.", short: (hours) => `${hours} h left`,
    location: "The card or two neighbours open your street.", institution: "What residents say stays among them.", institutionWhy: "An institution publishes; it does not read conversations.",
  },
  stay: {
    once: "One proof of address, only once.", position: "My location, now", positionWhy: "Opens the neighbourhood, at once.",
    two: "Two neighbours know me", twoWhy: "Opens the street too, as soon as they agree.", card: "A card by post",
    cardWhy: "Opens everything. Allow a few days; until then, your location opens the neighbourhood.", haveCode: "I have my code",
    after: "After the visit, official news stays readable.", done: "Your address is confirmed.",
    doneWhy: "You can write to your neighbours. Nothing else to prove.",
  },
  code: {
    label: "The code on your card", hint: "9 letters and digits, for example 7K2M‑9QXD‑4", confirm: "Confirm",
    wrong: (left) => (left === null ? "No match." : `No match. ${s(left, "try", "tries")} left.`),
    dead: "This code is no longer valid. Ask for a new card.", welcome: (street) => `Welcome to ${street}!`,
    goStreet: "Open my street", askCard: "Ask for a card", short: "Some characters are missing.",
  },
  position: {
    what: "Your browser says where you are, only once. We compare it with your address, then forget it.",
    keeps: "Kept: the method, the precision and the date. Never the point.", go: "Check my location", looking: "Looking…",
    done: "Done: the neighbourhood is open to you.", goNeighbourhood: "Go to the neighbourhood",
    denied: "Your browser gave no location. Allow it, or choose another way.",
    tooFar: "You seem far from home. Try there.", tooVague: "Too vague. Try near a window.",
  },
  two: {
    what: "Two neighbours from two households confirm that they know you. They received a card themselves.",
    ask: "Make my link", share: "Show or send this link to two neighbours:", copy: "Copy the link", copied: "Link copied",
    done: (n) => (n === 0 ? "Nobody has answered yet." : `${s(n, "neighbour has", "neighbours have")} already said yes.`), shareIt: "Send",
  },
  card: {
    what: "A card with a code arrives in your letter box. Nobody else has access to it.", ask: "Send the card",
    sent: "Your card is on its way.", sentWhy: "Allow a few days. When it arrives, enter its code here.",
    position: "Meanwhile, my location",
  },
  vouch: {
    what: "Vouching means saying: “I know this person, they live here.”",
    asks: (name) => `${name} asks you to confirm their address.`,
    means: ["Two neighbours from two households are needed.", "You can vouch for three people in 90 days."],
    yes: "Yes, I know this person", thanks: "Thank you. Your voice counts.", later: "Not now", gone: "This request is no longer open.",
  },
  room: {
    tabs: "Your places", locked: { street: "closed for now", neighbourhood: "closed for now" }, empty: "You open the door. Say hello!", write: { street: "Write to the street…", neighbourhood: "Write to the neighbourhood…" },
    readBy: { street: "Read by the neighbours of the streets around.", neighbourhood: "Read by the whole neighbourhood." }, end: "That’s all. All is calm.", older: "See older ones",
    replies: (n) => s(n, "answer", "answers"),
    repliesNew: (n, fresh, more) => `${s(n, "answer", "answers")}, ${more ? "some new" : `${fresh} new`}`,
    reply: "Reply", open: "Read the conversation", answer: "Reply…", send: "Send", first: "New", newThreads: (n) => s(n, "new conversation", "new conversations"),
    newMessages: (n) => s(n, "new message", "new messages"), toEnd: "Go to the last message", isNeighbourhood: "Your street is small: it shares the neighbourhood.",
    photo: "Photo", sent: "Sent", waiting: "Leaves when back online", sending: "Sending…", notSent: "Not sent. Retry or delete.", retry: "Retry", remove: "Delete",
    deleted: "Message deleted", folded: "Folded: you block this person.", actions: "Actions", reactions: "Reactions", enlarge: (alt) => `Enlarge: ${alt}`, settings: "Notifications of this room", here: (n) => `${n} or more here`, more: "Photo, name, silence", unquote: "Quote no more",
    reaction: { thumb: "agreed", heart: "love", smile: "funny", wow: "surprising", sad: "sad", thanks: "thanks" },
    withheld: "Opened more than seven days ago: yours to read once your address is confirmed.", edited: "edited", me: "You", visitor: "visiting", messagesOf: (title) => `Messages, ${title}`,
    said: (name, text) => `${name}: ${text}`, tooLong: (n) => `${s(n, "character", "characters")} too many`,
    gone: "This conversation is no longer here.", loading: "Loading", opened: (name) => `Conversation by ${name}`, mine: "Your conversation",
    verified: { location: "location checked", vouched: "known to two households", postcard: "checked by post", in_person: "checked in person" },
  },
  line: {
    offline: "Offline. You can read and write.", offlineRead: "Offline. You can read.", upTo: (time) => `Up to date at ${time}`,
    back: (n) => (n === 0 ? "Back." : `Back. ${count.format(n)} caught up.`),
    trouble: "We cannot reach Palier.", retry: "Retry", again: "A mistake on our side. Nothing is lost, try again.",
    needed: "This needs the network. What you wrote is kept.",
  },
  empty: {
    around: "All is calm around you.",
    aroundWhy: "Alerts and official news will show here, the gravest first.",
    danger: "In danger, first call 17 or 112.",
    searchHint: "A word, a name",
    lost: "This page does not exist.", home: "Back to the start", aroundNow: "Around, right now", calls: "Emergency numbers",
    call: { police: "Police", fire: "Fire brigade", europe: "Emergencies", sms: "by text message" },
  },
  me: {
    address: "Your address", status: { visitor: "Visiting", expired: "Visit over", verified: "Address confirmed" },
    level: {
      none: "not confirmed yet", location: "by your location", vouched: "by two neighbours", postcard: "by the card", in_person: "in person", organisation: "institution",
    },
    inCity: (street, city) => `${street}, ${city}`, secret: "Your number is shown to nobody.", stay: "Confirm my address",
    language: "Language", theme: "Appearance", themes: { system: "As the device", light: "Light", dark: "Dark" }, sessions: "Signed-in devices",
    here: "This device", since: (when) => `Signed in: ${when}`, lastUsed: (when) => `last seen: ${when}`, signOut: "Sign out", signOutEverywhere: "Sign this device out",
    signOutWhy: "What Palier kept on this device will be erased.", waiting: (n) => `${s(n, "message has", "messages have")} not left yet. Signing out erases them.`,
    sure: "Sign out and erase", cancel: "Cancel", noSessions: "The list of your devices is not available here.", rules: "Rules of the landing", accessibility: "Accessibility",
  },
  rules: ["Talk as on the landing: hello, thank you, in good faith.", "Describe the act, not the person. Origin accuses wrongly and does not help.",
    "No faces, no plates, no rewards in an alert.", "People’s numbers, hours and absences stay theirs.", "In danger: first call 17 or 112."],
  accessibility: ["Everything works from the keyboard; each gesture has a button.", "Text grows to 200% without hiding anything.", "Screen readers announce new messages of the open conversation, not the history.",
    "Something in your way? Write to whoever operates this server."],
  when: { today: "Today", yesterday: "Yesterday", now: "just now", minutes: (n) => `${n} min ago` },
};
