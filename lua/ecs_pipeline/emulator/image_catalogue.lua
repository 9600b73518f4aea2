--- Public images that every region of the emulator has: a few of each kind, not in the order of
-- their age. Names, sizes and families are of the form in which the service names its own; the id
-- of a public image is its name.

-- name, created (UTC), name of the system
local rows = {
  { "ubuntu_20_04_x64_20G_alibase_20240819.vhd", "2024-08-21T02:10:11Z", "Ubuntu 20.04 64 bit" },
  { "ubuntu_22_04_x64_20G_alibase_20240926.vhd", "2024-09-29T03:21:54Z", "Ubuntu 22.04 64 bit" },
  { "ubuntu_24_04_x64_20G_alibase_20240812.vhd", "2024-08-14T07:42:08Z", "Ubuntu 24.04 64 bit" },
  { "ubuntu_22_04_x64_20G_alibase_20240710.vhd", "2024-07-15T06:11:43Z", "Ubuntu 22.04 64 bit" },
  { "ubuntu_22_04_arm64_20G_alibase_20240807.vhd", "2024-08-09T09:30:27Z",
    "Ubuntu 22.04 64 bit for ARM" },
  { "ubuntu_18_04_x64_20G_alibase_20240223.vhd", "2024-02-27T01:55:32Z", "Ubuntu 18.04 64 bit" },
  { "aliyun_3_x64_20G_alibase_20240819.vhd", "2024-08-21T03:00:19Z",
    "Alibaba Cloud Linux 3.2104 LTS 64 bit" },
  { "aliyun_3_arm64_20G_alibase_20240819.vhd", "2024-08-21T03:02:40Z",
    "Alibaba Cloud Linux 3.2104 LTS 64 bit for ARM" },
  { "anolisos_8_9_x64_20G_anck_alibase_20240724.vhd", "2024-07-26T05:14:02Z",
    "Anolis OS 8.9 ANCK 64 bit" },
  { "centos_7_9_x64_20G_alibase_20240628.vhd", "2024-07-02T08:47:36Z", "CentOS 7.9 64 bit" },
  { "debian_12_6_x64_20G_alibase_20240819.vhd", "2024-08-21T06:33:51Z", "Debian 12.6 64 bit" },
  { "debian_11_9_x64_20G_alibase_20240221.vhd", "2024-02-23T04:18:09Z", "Debian 11.9 64 bit" },
  { "rockylinux_9_4_x64_20G_alibase_20240717.vhd", "2024-07-19T07:05:22Z",
    "Rocky Linux 9.4 64 bit" },
  { "almalinux_9_4_x64_20G_alibase_20240816.vhd", "2024-08-19T02:41:58Z",
    "AlmaLinux 9.4 64 bit" },
  { "win2022_21H2_x64_dtc_en-us_40G_alibase_20240816.vhd", "2024-08-19T09:12:30Z",
    "Windows Server 2022 Datacenter 64 bit English" },
  { "win2019_1809_x64_dtc_en-us_40G_alibase_20240816.vhd", "2024-08-19T09:08:03Z",
    "Windows Server 2019 Datacenter 64 bit English" },
}

-- Beginning of the name → what the service calls the platform.
local platforms = {
  ubuntu = "Ubuntu", aliyun = "Aliyun", anolisos = "Anolis", centos = "CentOS", debian = "Debian",
  rockylinux = "Rocky Linux", almalinux = "AlmaLinux", win2022 = "Windows Server 2022",
  win2019 = "Windows Server 2019",
}

local M = {}

--- Of each image: { id, family, created, os_name, platform, os_type, architecture, size in GiB }.
M.list = {}

for index, row in ipairs(rows) do
  local id = row[1]
  local platform = platforms[id:match("^%l+%d*")]
  M.list[index] = {
    id = id, created = row[2], os_name = row[3], platform = platform,
    family = "acs:" .. id:match("^(.-)_%d+G_"), -- acs:ubuntu_22_04_x64
    os_type = platform:find("^Windows") and "windows" or "linux",
    architecture = id:find("arm64", 1, true) and "arm64" or "x86_64",
    size = tonumber(id:match("_(%d+)G_")),
  }
end

return M
