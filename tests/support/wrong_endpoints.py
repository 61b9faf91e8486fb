"""Addresses a stranger would like us to call. None of them is a push service's."""

from __future__ import annotations

WRONG_ENDPOINTS = [
    "http://fcm.googleapis.com/fcm/send/a",
    "https://fcm.googleapis.com:8443/fcm/send/a",
    "https://fcm.googleapis.com:80/fcm/send/a",
    "https://fcm.googleapis.com.evil.example/fcm/send/a",
    "https://evil.example/fcm.googleapis.com/a",
    "https://evil.example/?https://fcm.googleapis.com/",
    "https://evil.example#fcm.googleapis.com/",
    "https://evilfcm.googleapis.com/a",
    "https://fcm.googleapis.com@evil.example/a",
    "https://user:word@fcm.googleapis.com/a",
    "https://fcm.googleapis.com:443@evil.example/a",
    "https://fcm.googleapis.com\\@evil.example/a",
    "https://evil.example\\.push.apple.com/a",
    "https://fcm.googleapis.com%2eevil.example/a",
    "https://fcm.googleapis.com./a",
    "https://.push.apple.com/a",
    "https://push.apple.com/a",
    "https://notify.windows.com/a",
    "https://evil-push.apple.com.evil.example/a",
    "https://x.push.apple.com.evil.example/a",
    "https://FCM.googleapis.com/a",
    "https://fcm.googleapis.com/a#fragment",
    "https://fcm.googleapis.com",
    "https:fcm.googleapis.com/a",
    "https:///fcm.googleapis.com/a",
    "//fcm.googleapis.com/a",
    "fcm.googleapis.com/a",
    "file:///etc/passwd",
    "gopher://fcm.googleapis.com/a",
    "data:text/plain,a",
    "https://127.0.0.1/a",
    "https://localhost/a",
    "https://[::1]/a",
    "https://[::ffff:127.0.0.1]/a",
    "https://2130706433/a",
    "https://0x7f.1/a",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/a",
    "https://fcm.googleapis.com /a",
    "https://fcm.googleapis.com\n.evil.example/a",
    "https://fcm.googleapis.com\t/a",
    "https://ｆｃｍ.googleapis.com/a",
    "https://fcm。googleapis.com/a",
    "https://xn--fcm.googleapis.com.evil.example/a",
    "https://wns2-par02p.notify.windows.com:444/w/?token=a",
    "https://updates.push.services.mozilla.com:99999/wpush/v2/a",
    "https://fcm.googleapis.com/" + "a" * 2_048,
    "",
]
RIGHT_ENDPOINTS = {
    "https://fcm.googleapis.com/fcm/send/dpYl:APA91bE_x-y": "https://fcm.googleapis.com",
    "https://fcm.googleapis.com:443/fcm/send/a": "https://fcm.googleapis.com",
    "https://jmt17.google.com/fcm/send/a": "https://jmt17.google.com",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAA": (
        "https://updates.push.services.mozilla.com"
    ),
    "https://web.push.apple.com/QGoH": "https://web.push.apple.com",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAD%2b%3d": (
        "https://wns2-par02p.notify.windows.com"
    ),
}
PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.9.9", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1",
    "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:0:1234::1", "2001:db8::1",
    "not an address", "",
]  # fmt: skip
PUBLIC = ["142.250.74.10", "2a00:1450:4007:80e::200a", "::ffff:142.250.74.10"]
