-- Lists, labels or moves messages by imapfilter.
--
-- WORDS: list|label|move HOST PORT CA LOGIN FOLDER..., the password in PASSWORD. Of move, the folders are
-- from where and to where; list and label mean what arrived before 2020.

local words = {}
for word in os.getenv("WORDS"):gmatch("%S+") do
    words[#words + 1] = word
end
local deed, host, port, _, login = table.unpack(words, 1, 5)

options.timeout = 600
options.info = false
options.create = false
options.subscribe = false

local account = IMAP {
    server = host,
    port = tonumber(port),
    username = login,
    password = os.getenv("PASSWORD"),
    ssl = "auto",
}

local done = 0
if deed == "move" then
    local found = account[words[6]]:select_all()
    done = #found
    found:move_messages(account[words[7]])
else
    for n = 6, #words do
        local folder = account[words[n]]
        local found = folder:arrived_before("01-Jan-2020")
        if deed == "label" then
            found:add_flags({ "project" })
        else
            folder:fetch_fields({ "date", "from", "to", "cc", "subject", "message-id" }, found)
        end
        done = done + #found
    end
end
assert(done == 10000, done)
